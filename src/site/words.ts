/** The words that pages may form by themselves. */
export type { Words } from '../messages/en.ts';
export { instant, span } from '../messages/wording.ts';
export { instantInWords } from '../units.ts';
