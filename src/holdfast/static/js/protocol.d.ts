/** What the live line carries (docs: the live protocol, version 1), as far as a browser uses it. */

export type Response = "with_you" | "same_here" | "thank_you" | "strength";
export type Wants = "listening" | "same_boat" | "ideas" | "resources";

export type Expires = "1h" | "24h" | "30d";

export interface Post {
  do: "post";
  room: string;
  nonce: string;
  text: string;
  note?: string;
  reply_to?: number;
  wants?: Wants;
  as_is?: boolean;
  expires?: Expires;
}

export type Command =
  | { do: "enter"; room: string; since: number; epoch?: string; as: "html"; locale: string }
  | Post
  | { do: "edit"; room: string; seq: number; nonce: string; text: string; note?: string }
  | { do: "remove"; room: string; seq: number; nonce: string }
  | { do: "respond"; room: string; seq: number; nonce: string; response: Response; on: boolean }
  | { do: "typing"; room: string }
  | { do: "seen"; room: string; seq: number };

export interface Posted {
  event: "posted";
  seq: number;
  nonce?: string;
  author: { seat: string; pseudonym: string; avatar: string; badge?: string };
  text: string;
  note?: string;
  at: string;
  html: string;
}

export interface Refused {
  event: "refused";
  nonce?: string;
  do?: string;
  code: string;
  message: string;
  help?: boolean;
}

export type LiveEvent =
  | { event: "entered"; room: string; epoch: string; head: number; since: number }
  | { event: "live"; room: string; head: number }
  | { event: "room_changed"; room: string; seq: number; state?: string; until?: string;
      topic?: string; pinned?: number | null; slow?: number; second?: string | null; staff?: string[] }
  | { event: "reset"; room: string; reason: "behind" | "epoch" }
  | Posted
  | { event: "accepted"; nonce: string; room: string; seq?: number; at: string }
  | Refused
  | { event: "edited"; seq: number; of: number; text: string; html: string; at: string }
  | { event: "removed"; seq: number; of: number; by: "author" | "moderator"; at: string }
  | { event: "responded"; seq: number; of: number; counts: Partial<Record<Response, number>> }
  | { event: "held"; nonce: string; room: string; why: string; wait?: number }
  | { event: "returned"; room: string; nonce: string; rule: string; words: string }
  | { event: "hushed"; room: string; why: string; until: string; appeal: string }
  | { event: "care"; room: string; level: string; side_space?: string; person?: string }
  | { event: "listening"; what: string; room?: string }
  | { event: "meeting"; room: string; round: string; turn?: number; until?: string }
  | { event: "note"; room: string; seq: number; text: string; at: string }
  | { event: "presence"; room: string; here: number | null }
  | { event: "typing"; room: string };
