/** The site icon. Light and dark share one picture: the page's style sheet doesn't apply to it. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#3149b8"/><g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" transform="rotate(-45 16 16)"><circle cx="10.6" cy="16" r="4.4"/><path d="M15 16h11.4M22 16v3.6M26.4 16v4.4"/></g></svg>
`;
