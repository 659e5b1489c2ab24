import { Socket } from "node:net";
import { Client, type ClientBase, type ClientConfig, Pool, types } from "pg";

/** How long a server may take. 0: for ever. */
export type Patience = {
  readonly connectMs: number;
  readonly statementMs: number;
  /** Without a sound while it is asked something; or, of us, while it waits in a transaction. */
  readonly silenceMs: number;
};

/** GitHub waits ten seconds for an answer: a server that cannot be reached must be known as such before. */
const connectMs = 5_000;
/** A server that answers tells by itself, a little earlier, that a statement takes too long; a lease is longer than both. */
export const usualPatience: Patience = { connectMs, statementMs: 20_000, silenceMs: 25_000 };
export const endlessPatience: Patience = { connectMs, statementMs: 0, silenceMs: 0 };

/** Deliveries that wait for their acknowledgement, and what the slots of the worker do meanwhile. */
const connections = 16;
/** Opening a connection costs both sides more than a hundred deliveries: those of a busy minute are kept for the next. */
const idleMs = 10 * 60_000;
/** From then on the system asks every second whether the other side of a quiet connection is still there. */
const keepAliveMs = 10_000;

/** A connection whose socket we know. */
class WatchedClient extends Client {
  readonly socket: Socket;
  isAsked = true;

  constructor(config: ClientConfig = {}) {
    const socket = new Socket();
    super({ ...config, stream: () => socket });
    this.socket = socket;
  }
}

/**
 * Connections to a Postgres server. A machine or a network that vanishes says no goodbye: without limits a query under way
 * would wait for a quarter of an hour, or for ever. A query that is given up by its caller alone would leave its transaction
 * open on a connection that goes back to the pool; so the connection is cut, which fails everything on it as a whole.
 */
export function connect(url: string, patience: Patience): Pool {
  const clients = new Set<WatchedClient>();
  const watch = async (client: ClientBase) => {
    if (!(client instanceof WatchedClient)) throw new Error("the pool made a connection of another kind");
    clients.add(client);
    client.once("end", () => clients.delete(client));
    client.socket.setTimeout(patience.silenceMs);
    // Again and again: a connection rests many times, which is no failure, before it falls silent.
    client.socket.on("timeout", () => {
      if (!client.isAsked) return;
      // What kept silent on one connection would on those that rest, one after the other.
      const why = new Error(`the database was silent for ${patience.silenceMs / 1_000} s`);
      for (const one of clients) if (one === client || !one.isAsked) one.socket.destroy(why);
    });
    // Not among the parameters of the connection: poolers in front of a server refuse those.
    await client.query(
      `set statement_timeout = ${patience.statementMs}; set idle_in_transaction_session_timeout = ${patience.silenceMs}`,
    );
  };
  const pool = new Pool({
    connectionString: url,
    Client: WatchedClient,
    max: connections,
    connectionTimeoutMillis: patience.connectMs,
    idleTimeoutMillis: idleMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    onConnect: watch,
    types: {
      getTypeParser: (oid, format) => (oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format)),
    },
  });
  // The server closed a connection that nobody used, when it was restarted for instance: the next query opens another.
  // Unheard, the event would end the process.
  pool.on("error", () => {});
  // The same while a transaction holds the connection and asks nothing: its next query fails, and that is heard.
  pool.on("connect", (client) => client.on("error", () => {}));
  pool.on("acquire", (client) => noteAsked(client, true));
  pool.on("release", (_, client) => noteAsked(client, false));
  return pool;
}

function noteAsked(client: ClientBase, isAsked: boolean): void {
  if (client instanceof WatchedClient) client.isAsked = isAsked;
}
