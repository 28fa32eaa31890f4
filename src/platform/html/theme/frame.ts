/** What stands around every page: header, navigation, the two widths, notices, footer. */
export const frameCss = `.page { display: flex; flex-direction: column; min-height: 100vh; min-height: 100dvh; }
.page-card {
  background: radial-gradient(60rem 32rem at 50% -8rem, var(--lk-glow), transparent 70%) no-repeat var(--lk-background);
}

.skip-link {
  position: absolute;
  inset-block-start: var(--lk-space-2);
  inset-inline-start: var(--lk-space-2);
  z-index: 10;
  padding: var(--lk-space-3) var(--lk-space-4);
  border-radius: var(--lk-radius);
  background: var(--lk-accent);
  color: var(--lk-accent-text);
  font-weight: 600;
}
.skip-link:not(:focus) { transform: translateY(-300%); }

.site-header {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: var(--lk-space-1) var(--lk-space-6);
  padding: var(--lk-space-2) max(var(--lk-space-4), (100% - var(--lk-width-content)) / 2);
}
.page-content .site-header { border-block-end: 1px solid var(--lk-border); background: var(--lk-surface); }
.brand {
  display: inline-flex;
  align-items: center;
  gap: var(--lk-space-3);
  min-height: var(--lk-target);
  color: var(--lk-text);
  font-size: 1.0625rem;
  font-weight: 650;
  letter-spacing: -0.01em;
  text-decoration: none;
}
.brand:hover span { text-decoration: underline; }
.key-mark { flex: none; width: 1.75rem; height: 1.75rem; }
.key-mark-tile { fill: var(--lk-accent); }
.key-mark-key { stroke: var(--lk-accent-text); }

.menu { display: flex; flex: 1 1 auto; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0 var(--lk-space-4); }
.navigation { display: flex; flex-wrap: wrap; gap: 0 var(--lk-space-1); margin-inline: calc(-1 * var(--lk-space-3)); padding: 0; list-style: none; }
.navigation a {
  display: inline-flex;
  align-items: center;
  min-height: var(--lk-target);
  padding-inline: var(--lk-space-3);
  border-radius: var(--lk-radius);
  color: var(--lk-text-muted);
  font-size: 0.9375rem;
  font-weight: 500;
  text-decoration: none;
}
.navigation a:hover { background: var(--lk-surface-sunken); color: var(--lk-text); }
.navigation a[aria-current] { color: var(--lk-text); font-weight: 600; text-decoration: underline 2px var(--lk-link); text-underline-offset: 0.5em; }
.account { display: flex; align-items: center; gap: var(--lk-space-1); min-width: 0; margin-inline-start: auto; }
.account-link {
  display: inline-flex;
  align-items: center;
  gap: var(--lk-space-2);
  min-width: var(--lk-target);
  min-height: var(--lk-target);
  padding-inline: var(--lk-space-2);
  border-radius: var(--lk-radius);
  color: var(--lk-text);
  font-size: 0.9375rem;
  font-weight: 500;
  text-decoration: none;
}
.account-link:hover { background: var(--lk-surface-sunken); }
.account-name { max-width: 14rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.avatar {
  display: inline-grid;
  flex: none;
  place-items: center;
  width: 1.75rem;
  height: 1.75rem;
  border-radius: 50%;
  background: var(--lk-accent-soft);
  color: var(--lk-link);
  font-size: 0.8125rem;
  font-weight: 650;
}

.page-card .menu { flex-basis: 100%; }
.menu > nav:only-child { margin-inline-start: auto; }
.page-card .brand {
  flex-direction: column;
  margin: clamp(0.5rem, 5vh, 3.5rem) auto 0;
  font-size: 1.25rem;
}
.page-card .brand .key-mark { width: 3rem; height: 3rem; filter: drop-shadow(0 6px 12px var(--lk-glow)); }

.main {
  display: flex;
  flex: 1 0 auto;
  flex-direction: column;
  gap: var(--lk-space-5);
  width: 100%;
  margin-inline: auto;
  padding-inline: var(--lk-space-4);
}
.page-card .main { max-width: calc(var(--lk-width-card) + 2 * var(--lk-space-4)); padding-block: var(--lk-space-5) var(--lk-space-7); }
.page-content .main { max-width: calc(var(--lk-width-content) + 2 * var(--lk-space-4)); padding-block: clamp(1.5rem, 4vw, 2.75rem) var(--lk-space-8); }

.notice {
  display: flex;
  gap: var(--lk-space-3);
  padding: var(--lk-space-3) var(--lk-space-4);
  border: 1px solid var(--lk-border);
  border-radius: var(--lk-radius);
  font-size: 0.9375rem;
}
.notice > div { min-width: 0; }
.notice a { color: inherit; }
.notice-glyph { flex: none; margin-block-start: 0.1rem; }
.notice-success { border-color: var(--lk-success-border); background: var(--lk-success-soft); color: var(--lk-success); }
.notice-info { background: var(--lk-accent-soft); color: var(--lk-link); }
.notice-warning { border-color: var(--lk-warning-border); background: var(--lk-warning-soft); color: var(--lk-warning); }
.notice-error { border-color: var(--lk-error-border); background: var(--lk-error-soft); color: var(--lk-error); }

.site-footer {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: center;
  gap: 0 var(--lk-space-5);
  padding: var(--lk-space-4);
  color: var(--lk-text-muted);
  font-size: var(--lk-text-small);
}
.site-footer > * { display: inline-flex; align-items: center; min-height: var(--lk-target); }
.site-footer a { justify-content: center; min-width: var(--lk-target); color: inherit; }
.page-content .site-footer {
  justify-content: space-between;
  padding-inline: max(var(--lk-space-4), (100% - var(--lk-width-content)) / 2);
  border-block-start: 1px solid var(--lk-border);
}

@media (max-width: 40rem) {
  .account-name {
    position: absolute;
    width: 1px;
    height: 1px;
    clip-path: inset(50%);
  }
  .account-link { justify-content: center; }
  .avatar { width: 2rem; height: 2rem; }
  .menu { column-gap: 0; }
  .navigation { gap: 0; }
  .navigation a, .account .button, .account-link { padding-inline: 0.375rem; font-size: var(--lk-text-small); }
  .account { gap: 0; }
  .navigation, .account { margin-inline-end: -0.375rem; }
  .navigation { margin-inline-start: -0.375rem; }
}
`;
