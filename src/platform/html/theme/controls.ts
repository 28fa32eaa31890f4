/** Forms: fields, buttons, tick boxes, the error summary, and the card that holds them. */
export const controlsCss = `.card {
  overflow: clip;
  border: 1px solid var(--lk-border);
  border-radius: var(--lk-radius-large);
  background: var(--lk-surface);
}
.page-card .card { box-shadow: var(--lk-shadow); }
.card-body { display: grid; gap: var(--lk-space-5); padding: clamp(1.25rem, 5vw, 2rem); }
.card-body > * { min-width: 0; }
.card-head { display: grid; gap: var(--lk-space-2); }
h1.card-title { font-size: var(--lk-heading); }
.card-intro { color: var(--lk-text-muted); }
.card-footer {
  padding: var(--lk-space-4) clamp(1.25rem, 5vw, 2rem);
  border-block-start: 1px solid var(--lk-border);
  background: var(--lk-surface-sunken);
  color: var(--lk-text-muted);
  font-size: 0.9375rem;
}
.page-card .card-footer { text-align: center; }
.card-footer p { margin: 0; }
.card-footer p + p { margin-top: var(--lk-space-3); }

.form { display: grid; gap: 1.25rem; }
.form > * { min-width: 0; }
.field { display: grid; gap: var(--lk-space-1); }
.field > label { font-size: 0.9375rem; font-weight: 600; }
.field-hint { color: var(--lk-text-muted); font-size: var(--lk-text-small); overflow-wrap: anywhere; }
.field-error { display: flex; gap: var(--lk-space-2); color: var(--lk-error); font-size: var(--lk-text-small); font-weight: 600; }
.field-error::before {
  content: "!";
  flex: none;
  width: 1.125rem;
  height: 1.125rem;
  margin-block-start: 0.1rem;
  border-radius: 50%;
  background: var(--lk-error);
  color: var(--lk-error-text);
  font-size: 0.75rem;
  font-weight: 700;
  line-height: 1.125rem;
  text-align: center;
}

input, select, textarea, button { font: inherit; color: inherit; letter-spacing: inherit; }
.field input, .field select, .field textarea {
  width: 100%;
  min-height: var(--lk-target);
  margin-block-start: 0.125rem;
  padding: 0.5rem 0.75rem;
  border: 1px solid var(--lk-border-control);
  border-radius: var(--lk-radius);
  background-color: var(--lk-surface);
}
.field textarea { min-height: 8rem; line-height: 1.55; resize: vertical; }
.field select {
  appearance: none;
  padding-inline-end: 2.5rem;
  background-image:
    linear-gradient(45deg, transparent 50%, var(--lk-text-muted) 50%),
    linear-gradient(-45deg, transparent 50%, var(--lk-text-muted) 50%);
  background-position: right 1.3rem center, right 0.95rem center;
  background-size: 0.35rem 0.35rem;
  background-repeat: no-repeat;
}
.field :is(input, select, textarea):hover { border-color: var(--lk-text-muted); }
.field :is(input, select, textarea):focus-visible {
  border-color: var(--lk-focus);
  border-radius: var(--lk-radius);
  outline-width: 2px;
  outline-offset: 1px;
}
.field-invalid :is(input, select, textarea) { border-color: var(--lk-error); box-shadow: inset 0 0 0 1px var(--lk-error); }
input:autofill { box-shadow: inset 0 0 0 100vmax var(--lk-accent-soft); -webkit-text-fill-color: var(--lk-text); }

.password { position: relative; }
.password:has([data-show-password]:not([hidden])) input { padding-inline-end: 3.25rem; }
.password-toggle {
  position: absolute;
  inset-block-end: 0;
  inset-inline-end: 0;
  display: grid;
  place-items: center;
  width: var(--lk-target);
  height: var(--lk-target);
  border: 0;
  border-radius: var(--lk-radius);
  background: none;
  color: var(--lk-text-muted);
  cursor: pointer;
}
.password-toggle:hover { color: var(--lk-text); }
.password-toggle:focus-visible { outline-offset: -4px; border-radius: var(--lk-radius); }
.password-toggle[aria-pressed="true"] { color: var(--lk-link); }
.password-toggle[aria-pressed="false"] .glyph-strike { display: none; }

.checkbox { margin-block: -0.375rem; display: grid; grid-template-columns: auto 1fr; align-items: center; column-gap: var(--lk-space-3); }
.checkbox input {
  appearance: none;
  display: grid;
  place-items: center;
  width: 1.375rem;
  height: 1.375rem;
  margin: 0;
  border: 1px solid var(--lk-border-control);
  border-radius: var(--lk-radius-small);
  background: var(--lk-surface);
  cursor: pointer;
}
.checkbox input::before {
  content: "";
  width: 0.875rem;
  height: 0.875rem;
  background: var(--lk-accent-text);
  clip-path: polygon(14% 47%, 4% 59%, 39% 90%, 97% 22%, 86% 12%, 38% 68%);
  visibility: hidden;
}
.checkbox input:checked { border-color: var(--lk-accent); background: var(--lk-accent); }
.checkbox input:checked::before { visibility: visible; }
@media (forced-colors: active) {
  .checkbox input { appearance: auto; }
  .checkbox input::before { content: none; }
}
.checkbox label { display: flex; align-items: center; min-height: var(--lk-target); cursor: pointer; }
.checkbox .field-hint { grid-column: 2; margin-block-start: calc(-1 * var(--lk-space-2)); }

.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  min-height: var(--lk-target);
  padding: 0.5rem 1.125rem;
  border: 1px solid transparent;
  border-radius: var(--lk-radius);
  background: none;
  font-size: 0.9375rem;
  font-weight: 600;
  line-height: 1.3;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.button:focus-visible { border-radius: var(--lk-radius); }
.button-primary { background: var(--lk-accent); color: var(--lk-accent-text); box-shadow: var(--lk-shadow-small), inset 0 1px 0 rgb(255 255 255 / 14%); }
.button-primary:hover { background: var(--lk-accent-hover); }
.button-secondary { border-color: var(--lk-border-control); background: var(--lk-surface); color: var(--lk-text); box-shadow: var(--lk-shadow-small); }
.button-secondary:hover { background: var(--lk-surface-sunken); }
.button-danger { background: var(--lk-danger); color: var(--lk-danger-text); box-shadow: var(--lk-shadow-small); }
.button-danger:hover { background: var(--lk-danger-hover); }
.button-quiet { padding-inline: var(--lk-space-3); color: var(--lk-text-muted); font-weight: 500; }
.button-quiet:hover { background: var(--lk-surface-sunken); color: var(--lk-text); }
.page-card .form > .button { width: 100%; }
.page-content .form > .button { justify-self: start; }
.actions { display: flex; flex-wrap: wrap; gap: var(--lk-space-2); }
.form-row { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr)); align-items: end; gap: var(--lk-space-4); }

.error-summary {
  display: grid;
  gap: var(--lk-space-2);
  padding: var(--lk-space-4);
  border: 1px solid var(--lk-error-border);
  border-radius: var(--lk-radius);
  background: var(--lk-error-soft);
  font-size: 0.9375rem;
}
.error-summary h2 { font-size: var(--lk-text-base); }
.error-summary ul { display: grid; gap: var(--lk-space-1); padding: 0; list-style: none; }
.error-summary a { color: var(--lk-error); font-weight: 600; }
.error-summary:focus { outline: 2px solid var(--lk-error); outline-offset: 0; border-radius: var(--lk-radius); }
`;
