/**
 * Does something at once and then again and again: the database forgets an interrupt that comes before the query it is
 * meant for has begun.
 */
export function repeatedly(act: () => void): { readonly begin: () => void; readonly end: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    act();
    timer = setInterval(act, 20).unref();
  };
  return { begin, end: () => clearInterval(timer) };
}
