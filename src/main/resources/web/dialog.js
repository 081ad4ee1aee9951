// A dialog: modal, with the focus in it, gone with Escape, and the focus given back. One at a time.
import { html, nothing, render } from './lib/lit-html.js';
import { hindrance, subscribe } from './model.js';
import { failure } from './parts.js';

/**
 * Shows one.
 *
 * @param view what is in it, made anew after each `again()`
 * @param confirm `{label, kind, byEnter, ready(), act()}`: what its main button does; `act` may fail, and says then
 *     why; `byEnter: false` if Enter in a field is not enough
 */
export function ask({ title, view, confirm }) {
  const box = document.createElement('dialog');
  const back = document.activeElement;
  let busy = false;
  let error;
  const again = () => box.isConnected && render(content(), box);
  const close = () => box.close();
  const act = async () => {
    if (!confirm || busy || hindrance() || !confirm.ready()) return;
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
  const byEnter = confirm?.byEnter ?? true;
  const submit = (e) => {
    e.preventDefault();
    if (byEnter) act();
  };
  const content = () => html`
    <form @submit=${submit} aria-labelledby="dialog-title">
      <h1 id="dialog-title" tabindex="-1">${title}</h1>
      ${view(again)}
      ${error ? failure(error) : nothing}
      ${confirm && hindrance() ? html`<p class="bad" role="alert">Off until then: ${hindrance()}.</p>` : nothing}
      <footer>
        <button type="button" @click=${close}>${confirm ? 'Leave it' : 'Close'}</button>
        ${
          confirm
            ? html`<button type=${byEnter ? 'submit' : 'button'} class=${confirm.kind}
                ?disabled=${busy || hindrance() !== undefined || !confirm.ready()} @click=${byEnter ? null : act}>${
                  busy ? 'Sending…' : confirm.label()
                }</button>`
            : nothing
        }
      </footer>
    </form>`;
  const quiet = subscribe(again);
  box.addEventListener('close', () => {
    quiet();
    box.remove();
    if (back?.isConnected) back.focus({ preventScroll: true });
  });
  document.body.append(box);
  render(content(), box);
  box.showModal();
  (box.querySelector('[autofocus]') ?? box.querySelector('input, textarea, select') ?? box.querySelector('h1')).focus();
  return { again, close };
}
