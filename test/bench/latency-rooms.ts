/**
 * How many full rooms the latency benchmark has. Few join the same one, or its list would be mostly of people who were just removed: bbb-web
 * keeps them for a minute.
 */
export const ROOMS = 100;
