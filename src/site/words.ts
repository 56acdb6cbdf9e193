/** The words that pages may form by themselves. */
export { predicate } from '../status/headline.ts';
export { durationInWords, instantInWords, plural } from '../units.ts';
