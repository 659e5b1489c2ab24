/** How long GitHub may take: to begin its answer and from one piece of it to the next, and for the whole of it. */
export type Patience = { readonly silentMs: number; readonly wholeMs: number };

type Fetch = typeof globalThis.fetch;

/**
 * A fetch that gives whole answers only. Octokit takes a body that breaks off for an empty one, and an empty list for an
 * answer: a body that ends too early, or a silence that lasts too long, has to fail as a request that was not answered.
 */
export function fetchWhole(fetch: Fetch, { silentMs, wholeMs }: Patience): Fetch {
  return async (input, init) => {
    const giveUp = new AbortController();
    const giveUpAfter = (ms: number, what: string) => setTimeout(() => giveUp.abort(new Error(`GitHub ${what}`)), ms);
    const whole = giveUpAfter(wholeMs, `did not end its answer within ${wholeMs} ms`);
    let silence: NodeJS.Timeout | undefined;
    const heard = () => {
      clearTimeout(silence);
      silence = giveUpAfter(silentMs, `was silent for ${silentMs} ms`);
    };
    heard();
    const signal = init?.signal == null ? giveUp.signal : AbortSignal.any([init.signal, giveUp.signal]);
    try {
      const answer = await fetch(input, { ...init, signal });
      heard();
      const body = answer.body === null ? null : await readAll(answer.body, heard);
      const { status, statusText, headers, url } = answer;
      const copy = new Response(body, { status, statusText, headers });
      // A made response has no address of its own; Octokit turns pages by that of the answer.
      return Object.defineProperty(copy, "url", { value: url });
    } finally {
      clearTimeout(silence);
      clearTimeout(whole);
    }
  };
}

async function readAll(body: ReadableStream<Uint8Array>, heard: () => void): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) {
    heard();
    pieces.push(piece);
  }
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let length = 0;
  for (const piece of pieces) {
    whole.set(piece, length);
    length += piece.length;
  }
  return whole;
}
