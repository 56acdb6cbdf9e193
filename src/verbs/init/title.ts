/** What a page is called when nobody has said it: by the name of its repository. */

/** Words of names of repositories that say no more than that there is a page about states. */
const SAYS_STATUS = /^(status|statuspage|uptime)$/i;
const SAYS_PAGE = /^(page|pages|site|website)$/i;

/** `owner`: of the repository, where it is known. What is left of the name keeps its form. */
export function titleFor(name: string, owner?: string): string {
  const plain = name.replace(/\.github\.io$/i, '');
  const words = plain.split(/[-_\s]+/).filter(Boolean);
  // An address, such as status.example.org, says it all.
  if (!words.some((word) => SAYS_STATUS.test(word))) return /(^|\.)status\./i.test(plain) ? plain : `${plain} status`;
  const owned = owner === undefined || SAYS_STATUS.test(owner) ? undefined : owner;
  const about = words.filter((word) => !SAYS_STATUS.test(word) && !SAYS_PAGE.test(word)).join('-') || owned;
  return about === undefined ? 'Status' : `${about} status`;
}
