"use strict";
for (const button of document.querySelectorAll("[data-show-password]")) {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  if (!field) continue;
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(button.getAttribute("aria-pressed") !== "true"));
  // The browser's form history would offer a field again that was sent as text.
  if (field.form) field.form.addEventListener("submit", () => show(false));
}
// The server knows no time zone of the reader's, so it writes UTC.
for (const time of document.querySelectorAll("time[title]")) {
  const { lang } = document.documentElement;
  const date = new Date(time.dateTime);
  time.title = date.toLocaleString(lang, { dateStyle: "long", timeStyle: "short" });
  if ("date" in time.dataset) time.textContent = date.toLocaleDateString(lang, { dateStyle: "medium" });
}
// A double click sends a form once. After five seconds its answer may be lost, and it can be sent again.
const sentAt = new WeakMap();
addEventListener("submit", (event) => {
  const now = Date.now();
  if (event.defaultPrevented) return;
  if (now - (sentAt.get(event.target) ?? 0) < 5000) event.preventDefault();
  else sentAt.set(event.target, now);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
