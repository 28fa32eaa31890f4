/** Everything that can be overridden. The contrast of each pair is proven in theme-css.test.ts. */
export const variablesCss = `:root {
  color-scheme: light dark;

  --lk-font: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif;
  --lk-font-mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  --lk-text-small: 0.875rem;
  --lk-text-base: 1rem;
  --lk-text-large: 1.125rem;
  --lk-heading-small: 1.125rem;
  --lk-heading: 1.5rem;
  --lk-heading-large: clamp(1.625rem, 1.3rem + 1.4vw, 2rem);
  --lk-heading-hero: clamp(2.125rem, 1.3rem + 3.6vw, 3.5rem);

  --lk-space-1: 0.25rem;
  --lk-space-2: 0.5rem;
  --lk-space-3: 0.75rem;
  --lk-space-4: 1rem;
  --lk-space-5: 1.5rem;
  --lk-space-6: 2rem;
  --lk-space-7: 3rem;
  --lk-space-8: 4.5rem;

  --lk-radius-small: 0.375rem;
  --lk-radius: 0.625rem;
  --lk-radius-large: 1rem;
  --lk-target: 2.75rem;
  --lk-width-card: 26rem;
  --lk-width-content: 64rem;
  --lk-width-text: 42rem;

  --lk-background: #f6f7f9;
  --lk-surface: #ffffff;
  --lk-surface-sunken: #f3f5f8;
  --lk-text: #171a21;
  --lk-text-muted: #575e6c;
  --lk-border: #e1e5eb;
  --lk-border-control: #868e9c;
  --lk-accent: #3149b8;
  --lk-accent-hover: #263b9a;
  --lk-accent-text: #ffffff;
  --lk-accent-soft: #e9edfc;
  --lk-link: #2f46b5;
  --lk-focus: #3149b8;
  --lk-success: #14653a;
  --lk-success-soft: #e7f6ed;
  --lk-success-border: #b5dec6;
  --lk-warning: #7a4a04;
  --lk-warning-soft: #fdf4e0;
  --lk-warning-border: #ecd39f;
  --lk-error: #b3201f;
  --lk-error-text: #ffffff;
  --lk-error-soft: #fdeeee;
  --lk-error-border: #f0bfbf;
  --lk-danger: #b3201f;
  --lk-danger-hover: #921615;
  --lk-danger-text: #ffffff;
  --lk-glow: rgb(49 73 184 / 9%);
  --lk-shadow: 0 1px 2px rgb(20 24 38 / 5%), 0 12px 32px -12px rgb(20 24 38 / 14%);
  --lk-shadow-small: 0 1px 2px rgb(20 24 38 / 6%);
}

@media (prefers-color-scheme: dark) {
  :root {
    --lk-background: #0e1015;
    --lk-surface: #161a21;
    --lk-surface-sunken: #1d222b;
    --lk-text: #eceef2;
    --lk-text-muted: #a4acba;
    --lk-border: #2a303b;
    --lk-border-control: #737c8c;
    --lk-accent: #4f67e0;
    --lk-accent-hover: #445bd2;
    --lk-accent-text: #ffffff;
    --lk-accent-soft: #222b4d;
    --lk-link: #a9b9ff;
    --lk-focus: #a9b9ff;
    --lk-success: #7fd6a3;
    --lk-success-soft: #12291d;
    --lk-success-border: #23503a;
    --lk-warning: #f0c470;
    --lk-warning-soft: #2c2210;
    --lk-warning-border: #57441d;
    --lk-error: #ff9d98;
    --lk-error-text: #2a0908;
    --lk-error-soft: #331717;
    --lk-error-border: #683030;
    --lk-danger: #c73531;
    --lk-danger-hover: #b02b28;
    --lk-danger-text: #ffffff;
    --lk-glow: rgb(95 118 240 / 13%);
    --lk-shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 16px 40px -12px rgb(0 0 0 / 55%);
    --lk-shadow-small: 0 1px 2px rgb(0 0 0 / 40%);
  }
}
`;
