/** Content pages: tables, lists, posts, mail, running text and the front page. */
export const contentCss = `.page-header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: var(--lk-space-4); }
.page-header > * { min-width: 0; }
.page-header > :first-child { flex: 1 1 20rem; }
.page-intro { max-width: var(--lk-width-text); margin-block-start: var(--lk-space-2); color: var(--lk-text-muted); }

.table-frame { border: 1px solid var(--lk-border); border-radius: var(--lk-radius-large); background: var(--lk-surface); overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; text-align: start; }
caption { padding: var(--lk-space-4) 1.25rem; font-weight: 650; text-align: start; }
th, td { padding: var(--lk-space-3) 1.25rem; border-block-start: 1px solid var(--lk-border); text-align: start; vertical-align: middle; }
th { font-weight: 600; overflow-wrap: anywhere; }
thead th { background: var(--lk-surface-sunken); color: var(--lk-text-muted); font-size: 0.8125rem; overflow-wrap: normal; white-space: nowrap; }
.data-table tbody tr:hover { background: var(--lk-surface-sunken); }
.cell { display: flex; flex-wrap: wrap; align-items: center; gap: var(--lk-space-1) var(--lk-space-2); min-width: 0; overflow-wrap: anywhere; }
.cell > a { display: inline-flex; align-items: center; min-height: var(--lk-target); }
.cell > p { flex-basis: 100%; color: var(--lk-text-muted); font-size: var(--lk-text-small); font-weight: 400; }
.cell small { color: var(--lk-text-muted); font-weight: 400; }
.cell form { display: contents; }
.cell time, .cell .button { white-space: nowrap; }

@media (max-width: 48rem) {
  .data-table, .data-table :is(tbody, tr, th, caption) { display: block; }
  .data-table thead {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .data-table tr { padding-block: var(--lk-space-3); border-block-start: 1px solid var(--lk-border); }
  .data-table :is(tbody th, td) { padding: var(--lk-space-1) 1.25rem; border: 0; }
  .data-table tbody th { padding-block: 0; }
  .data-table tbody th .cell { min-height: var(--lk-target); }
  .data-table td { display: grid; grid-template-columns: 7rem 1fr; align-items: center; gap: var(--lk-space-3); }
  .data-table .cell time { white-space: normal; }
  .data-table td::before { content: attr(data-label); color: var(--lk-text-muted); font-size: var(--lk-text-small); }
}

.badge {
  display: inline-flex;
  align-items: center;
  padding: 0.1rem 0.55rem;
  border: 1px solid var(--lk-border);
  border-radius: 99rem;
  background: var(--lk-surface-sunken);
  color: var(--lk-text-muted);
  font-size: 0.8125rem;
  font-weight: 600;
  white-space: nowrap;
}
.badge-accent { border-color: transparent; background: var(--lk-accent-soft); color: var(--lk-link); }
.badge-success { border-color: var(--lk-success-border); background: var(--lk-success-soft); color: var(--lk-success); }
.badge-warning { border-color: var(--lk-warning-border); background: var(--lk-warning-soft); color: var(--lk-warning); }
.badge-error { border-color: var(--lk-error-border); background: var(--lk-error-soft); color: var(--lk-error); }

.link-list, .posts, .mailbox {
  margin: 0;
  padding: 0;
  border: 1px solid var(--lk-border);
  border-radius: var(--lk-radius-large);
  background: var(--lk-surface);
  list-style: none;
}
:is(.link-list, .posts, .mailbox) > li { position: relative; padding: var(--lk-space-4) 1.25rem; }
:is(.link-list, .posts, .mailbox) > li + li { border-block-start: 1px solid var(--lk-border); }
:is(.link-list, .posts) > li:hover { background: var(--lk-surface-sunken); }
:is(.link-list, .posts, .mailbox) > li:first-child { border-start-start-radius: inherit; border-start-end-radius: inherit; }
:is(.link-list, .posts, .mailbox) > li:last-child { border-end-start-radius: inherit; border-end-end-radius: inherit; }
.link-list > li { min-height: 3.5rem; padding-inline-end: 3rem; }
.link-list a { color: var(--lk-text); font-weight: 600; text-decoration: none; }
.link-list a::before { content: ""; position: absolute; inset: 0; border-radius: inherit; }
.link-list a::after {
  content: "";
  position: absolute;
  inset-block-start: calc(50% - 0.3rem);
  inset-inline-end: 1.4rem;
  width: 0.55rem;
  height: 0.55rem;
  border: solid var(--lk-text-muted);
  border-width: 2px 2px 0 0;
  rotate: 45deg;
}
.link-list li:hover a { text-decoration: underline; }
.link-list p { color: var(--lk-text-muted); font-size: var(--lk-text-small); }

.posts > li { padding: var(--lk-space-5) clamp(1.25rem, 3vw, 1.75rem); }
.posts :is(h2, h3) { font-size: 1.1875rem; overflow-wrap: anywhere; }
.posts :is(h2, h3) a { color: var(--lk-text); text-decoration: none; }
.posts :is(h2, h3) a:hover { text-decoration: underline; }
.post-excerpt { max-width: var(--lk-width-text); overflow-wrap: anywhere; margin-block-start: var(--lk-space-2); color: var(--lk-text-muted); }
.post-meta { display: flex; flex-wrap: wrap; align-items: center; gap: var(--lk-space-1) var(--lk-space-3); color: var(--lk-text-muted); font-size: var(--lk-text-small); }
.posts .post-meta { margin-block-start: var(--lk-space-3); }
.post { display: grid; gap: var(--lk-space-4); }
.post h1 { overflow-wrap: anywhere; }
.post-body { max-width: var(--lk-width-text); white-space: pre-wrap; overflow-wrap: anywhere; font-size: var(--lk-text-large); line-height: 1.65; }

.mailbox > li { display: grid; gap: var(--lk-space-2); }
.mail-text { max-width: var(--lk-width-text); white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.9375rem; }
.mailbox h2 { font-size: var(--lk-text-base); }
.mail-meta { display: flex; flex-wrap: wrap; gap: var(--lk-space-1) var(--lk-space-4); color: var(--lk-text-muted); font-size: var(--lk-text-small); overflow-wrap: anywhere; }
summary { min-height: var(--lk-target); padding-block: var(--lk-space-2); color: var(--lk-link); font-weight: 600; cursor: pointer; }

.facts { display: grid; margin: 0; }
.facts > div { display: grid; grid-template-columns: minmax(0, 12rem) minmax(0, 1fr); gap: var(--lk-space-1) var(--lk-space-5); padding-block: var(--lk-space-3); }
.facts > div + div { border-block-start: 1px solid var(--lk-border); }
dt { color: var(--lk-text-muted); font-size: 0.9375rem; }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 32rem) {
  .facts > div { grid-template-columns: minmax(0, 1fr); }
}

.section { display: grid; gap: var(--lk-space-4); }
.writing { display: grid; gap: var(--lk-space-5); max-width: var(--lk-width-text); }
.writing > * { min-width: 0; }
.danger-zone { padding-block-start: var(--lk-space-4); border-block-start: 1px solid var(--lk-border); }
.danger-zone summary { color: var(--lk-error); }

.prose { display: grid; gap: var(--lk-space-4); max-width: var(--lk-width-text); }
.prose > * { min-width: 0; }
.prose :is(h2, h3) { margin-block-start: var(--lk-space-4); }
.prose li + li { margin-block-start: var(--lk-space-1); }

.empty { display: grid; justify-items: center; gap: var(--lk-space-2); padding: var(--lk-space-7) var(--lk-space-5); border: 1px dashed var(--lk-border-control); border-radius: var(--lk-radius-large); text-align: center; }
.empty p { max-width: 28rem; color: var(--lk-text-muted); }
.empty .button { margin-block-start: var(--lk-space-3); }

.hero { display: grid; justify-items: center; gap: var(--lk-space-5); padding-block: clamp(2rem, 7vw, 5rem) clamp(1.5rem, 5vw, 3.5rem); text-align: center; }
.page-content:has(.hero) { background: radial-gradient(70rem 40rem at 50% 0, var(--lk-glow), transparent 70%) no-repeat var(--lk-background); }
.hero .key-mark { width: 3.5rem; height: 3.5rem; }
.hero h1 { max-width: 16ch; font-size: var(--lk-heading-hero); line-height: 1.08; letter-spacing: -0.03em; }
.hero > p { max-width: 36rem; color: var(--lk-text-muted); font-size: clamp(1.0625rem, 1rem + 0.4vw, 1.25rem); }
.hero .actions { justify-content: center; }
.hero .button { padding-inline: var(--lk-space-5); }
.features { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: var(--lk-space-4); margin: 0; padding: 0; list-style: none; }
.features > li { padding: var(--lk-space-5); border: 1px solid var(--lk-border); border-radius: var(--lk-radius-large); background: var(--lk-surface); }
.features p { margin-block-start: var(--lk-space-2); color: var(--lk-text-muted); font-size: 0.9375rem; }
`;
