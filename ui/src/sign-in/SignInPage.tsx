/** First run: how to start. */
export function SignInPage() {
  return <main />;
}
