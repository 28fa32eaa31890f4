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
  // A field sent as text would be offered again by the browser's form history.
  if (field.form) field.form.addEventListener("submit", () => show(false));
}
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
