/** The door: Usher's mark. Beside the word it is decoration. */
export function Logo({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 1024 1024" aria-hidden="true">
      <rect x="40" y="40" width="944" height="944" rx="210" fill="#0f6cbd" />
      <path
        d="M300 250h330a40 40 0 0 1 40 40v90h-76v-54H420v372h174v-54h76v90a40 40 0 0 1-40 40H300z"
        fill="#fff"
        fillOpacity=".55"
      />
      <path
        d="M256 262a40 40 0 0 1 52-38l176 54a40 40 0 0 1 28 38v446a40 40 0 0 1-52 38l-176-54a40 40 0 0 1-28-38z"
        fill="#fff"
      />
      <circle cx="440" cy="524" r="30" fill="#0f6cbd" />
      <path d="M580 476h134v-70l138 118-138 118v-70H580z" fill="#fff" />
    </svg>
  );
}
