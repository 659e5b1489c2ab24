import type { App, Installation, Permissions, Repository, User } from "../state/records.ts";

/** Who asks. `job` is the GITHUB_TOKEN of one job of one run. */
export type Actor =
  | { readonly kind: "anonymous" }
  | { readonly kind: "app"; readonly app: App }
  | {
      readonly kind: "installation";
      readonly installation: Installation;
      readonly repositories: ReadonlySet<Repository>;
      readonly permissions: Permissions;
      readonly expiresAt: number;
    }
  | { readonly kind: "user"; readonly user: User }
  | {
      readonly kind: "job";
      readonly repository: Repository;
      readonly runId: number;
      readonly jobId: number;
      readonly permissions: Permissions;
    };

/** A short name for logs and fault patterns. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case "anonymous":
      return "anonymous";
    case "app":
      return `app:${actor.app.slug}`;
    case "installation":
      return actor.installation.app.slug;
    case "user":
      return actor.user.login;
    case "job":
      return `job:${actor.jobId}`;
  }
}

/** The account that comments, events and commits of this actor carry. */
export function accountOf(actor: Actor, actionsApp: App): User | null {
  switch (actor.kind) {
    case "anonymous":
      return null;
    case "app":
      return actor.app.bot;
    case "installation":
      return actor.installation.app.bot;
    case "user":
      return actor.user;
    case "job":
      return actionsApp.bot;
  }
}

/** The App through which this actor writes: `performed_via_github_app`. */
export function appOf(actor: Actor, actionsApp: App): App | null {
  switch (actor.kind) {
    case "installation":
      return actor.installation.app;
    case "job":
      return actionsApp;
    case "anonymous":
    case "app":
    case "user":
      return null;
  }
}
