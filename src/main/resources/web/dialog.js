// A dialog: modal, with the focus in it, gone with Escape, and the focus given back. One at a time.
import { html, nothing, render } from './lib/lit-html.js';
import { failure } from './parts.js';

/**
 * Shows one.
 *
 * @param view what is in it, made anew after each `again()`
 * @param confirm `{label, kind, ready(), act()}`: what its main button does; `act` may fail, and says then why
 */
export function ask({ title, view, confirm }) {
  const box = document.createElement('dialog');
  const back = document.activeElement;
  let busy = false;
  let error;
  const again = () => box.isConnected && render(content(), box);
  const close = () => box.close();
  const submit = async (e) => {
    e.preventDefault();
    if (!confirm || busy || !confirm.ready()) return;
    busy = true;
    error = undefined;
    again();
    try {
      await confirm.act();
      close();
    } catch (refused) {
      error = refused;
    } finally {
      busy = false;
      again();
    }
  };
  const content = () => html`
    <form @submit=${submit} aria-labelledby="dialog-title">
      <h1 id="dialog-title" tabindex="-1">${title}</h1>
      ${view(again)}
      ${error ? failure(error) : nothing}
      <footer>
        <button type="button" @click=${close}>${confirm ? 'Leave it' : 'Close'}</button>
        ${
          confirm
            ? html`<button class=${confirm.kind} ?disabled=${busy || !confirm.ready()}>${
                busy ? 'Sending…' : confirm.label()
              }</button>`
            : nothing
        }
      </footer>
    </form>`;
  box.addEventListener('close', () => {
    box.remove();
    if (back?.isConnected) back.focus({ preventScroll: true });
  });
  document.body.append(box);
  render(content(), box);
  box.showModal();
  (box.querySelector('[autofocus]') ?? box.querySelector('input, textarea, select') ?? box.querySelector('h1')).focus();
  return { again, close };
}
