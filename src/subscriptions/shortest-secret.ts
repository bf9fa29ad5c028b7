/**
 * Characters that a secret has at the least. A shorter one is guessed soon, and could not be told from the words of an answer that is
 * kept without it. A header of a subscription's own may say less: that is no secret then, and hidden by its place only.
 */
export const SHORTEST_SECRET = 8;
