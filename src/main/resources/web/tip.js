// What a cell stands for, beside it, while the pointer or the focus is on it.
const tip = document.createElement('div');
tip.className = 'tip';
tip.setAttribute('aria-hidden', 'true'); // the cell's own label says the same
tip.hidden = true;

const GAP = 6;

function show(e) {
  const cell = e.target.closest?.('.cell');
  if (!cell) return hide();
  tip.textContent = cell.getAttribute('aria-label');
  tip.hidden = false;
  const at = cell.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const left = Math.min(Math.max(GAP, at.left + at.width / 2 - own.width / 2), innerWidth - own.width - GAP);
  const above = at.top - own.height - GAP;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > GAP ? above : at.bottom + GAP}px`;
}

const hide = () => {
  tip.hidden = true;
};

export function startTips() {
  document.body.append(tip);
  document.addEventListener('pointerover', show);
  document.addEventListener('focusin', show);
  document.addEventListener('focusout', hide);
  addEventListener('scroll', hide, { passive: true, capture: true });
}
