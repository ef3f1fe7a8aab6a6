import { tick } from 'svelte';

/**
 * Makes type give way where there is no room: first the big figures (`--fit-big`), then all of it (`--fit`), so that no
 * language and no message is ever cut off. Measured before anything is painted, so nothing jumps.
 */
const BIG_STEPS = [1, 0.92, 0.84, 0.76, 0.68, 0.6, 0.52];
const ALL_STEPS = [1, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.52];

export interface Fitted {
  /** When this changes the type may grow again: another state, another language. */
  readonly look: string;
  /** When this changes it may have to give way more: the figures go on. */
  readonly content: string;
}

export function fit(node: HTMLElement, fitted: Fitted): { update: (next: Fitted) => void; destroy: () => void } {
  let now = fitted;
  let step = 0;
  const steps = [...BIG_STEPS.map((big) => [big, 1] as const), ...ALL_STEPS.slice(1).map((all) => [BIG_STEPS.at(-1) ?? 1, all] as const)];

  function apply(): void {
    const [big, all] = steps[step] ?? [1, 1];
    node.style.setProperty('--fit-big', String(big * all));
    node.style.setProperty('--fit', String(all));
  }
  function shrink(): void {
    while (step < steps.length - 1 && overflows(node)) {
      step += 1;
      apply();
    }
  }
  function anew(): void {
    step = 0;
    apply();
    shrink();
  }
  const observer = new ResizeObserver(anew);
  observer.observe(node);
  document.fonts.addEventListener('loadingdone', anew);
  anew();
  return {
    update: (next) => {
      const other = next.look !== now.look;
      now = next;
      // What stands within is written after this is told; nothing is painted before both are done.
      void tick().then(other ? anew : shrink);
    },
    destroy: () => {
      observer.disconnect();
      document.fonts.removeEventListener('loadingdone', anew);
    },
  };
}

function overflows(node: HTMLElement): boolean {
  return isCut(node) || [...node.querySelectorAll('[data-fit]')].some(isCut);
}

/** A pixel more is rounding. */
function isCut({ scrollHeight, clientHeight, scrollWidth, clientWidth }: Element): boolean {
  return scrollHeight > clientHeight + 1 || scrollWidth > clientWidth + 1;
}
