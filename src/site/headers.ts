/** What browsers are told beside the page. The policy stands in every page as well, for hosts that send no headers. */

/** Nothing from elsewhere, no script and no style but those of the site. */
export const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'";

/** `/_headers`, as Netlify and Cloudflare Pages read it; other hosts do not. */
export const HEADERS_FILE = `/*
  Content-Security-Policy: ${POLICY}; frame-ancestors 'none'
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
