/** What browsers are told beside the page. The policy stands in every page as well, for hosts that send no headers. */

/**
 * Nothing from elsewhere, no script but the one whose hash is given, and no style but files of the site: of those no
 * browser looks at hashes. Without a hash, as in development, every script of the site may run.
 */
export function policyFor(scriptHash: string | undefined): string {
  const script = scriptHash === undefined ? "'self'" : `'${scriptHash}'`;
  return `default-src 'none'; style-src 'self'; img-src 'self'; script-src ${script}; connect-src 'self'; base-uri 'none'; form-action 'self'`;
}

/** `/_headers`, as Netlify and Cloudflare Pages read it; other hosts do not. */
export function headersFile(policy: string): string {
  return `/*
  Content-Security-Policy: ${policy}; frame-ancestors 'none'
  X-Content-Type-Options: nosniff
  X-Frame-Options: DENY
  Referrer-Policy: no-referrer
  Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=()
  Strict-Transport-Security: max-age=31536000
  Access-Control-Allow-Origin: *
  Cache-Control: public, max-age=0, must-revalidate
/assets/*
  ! Cache-Control
  Cache-Control: public, max-age=31536000, immutable
`;
}
