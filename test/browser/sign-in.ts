/** Signing in on the operators' page as a person does: pastes a token and presses the button. */
import type { Page } from 'playwright-core';

/** Signs in on the page that is open. */
export async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
