/** Style of the confirm page; `--accent` and `--on-accent` are the application's. */
export const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; padding: 24px 16px; background: #eef0f4; color: #1f2430;
  font: 1.0625rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
main { max-width: 40rem; margin: 0 auto; padding: clamp(20px, 5vw, 40px); background: #fff; border-radius: 10px;
  border-top: 6px solid var(--accent); overflow-wrap: anywhere; }
h1 { margin: 0 0 16px; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 0; font-size: 1.125rem; }
p { margin: 0 0 16px; }
a { color: #174ea6; }
ul { list-style: none; margin: 0 0 16px; padding: 0; }
li { margin: 0 0 16px; padding: 4px 0 4px 16px; border-left: 4px solid #c5cad6; }
li p { margin: 4px 0 0; }
.application, .small { font-size: 0.9375rem; color: #4a5160; }
.application { margin: 0 0 4px; }
.statement { white-space: pre-line; }
main > :last-child { margin-bottom: 0; }
.actions { display: flex; flex-wrap: wrap; gap: 12px; margin: 24px 0 0; }
form + p { margin-top: 20px; }
button { min-height: 48px; padding: 10px 28px; font: inherit; font-weight: 600; border-radius: 8px; cursor: pointer;
  border: 2px solid #5b6272; background: #fff; color: #1f2430; }
button.primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
button:hover { text-decoration: underline; }
button:focus-visible, a:focus-visible { outline: 3px solid #1f2430; outline-offset: 3px; }
@media (max-width: 30rem) { .actions button { width: 100%; } }
`;
