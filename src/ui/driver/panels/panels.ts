/** What isn't on the screen at its start: one chunk, fetched when the first of them is wanted. */
export { default as Help } from './Help.svelte';
export { default as Languages } from './Languages.svelte';
export { default as MasterPass } from './MasterPass.svelte';
export { default as PaperSign } from './PaperSign.svelte';
export { default as PinPad } from './PinPad.svelte';
export { default as Rest } from './Rest.svelte';
