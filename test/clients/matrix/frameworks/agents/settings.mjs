// What each program is started with, as JSON in its only argument:
//
//   server    how to reach the program under test: { command, args } or { url }
//   progress  whether the program listens to progress
//   person    whether it answers what the server asks, with yes
//   limit     the time limit of a call, in ms; without one the framework's own
//   path      the name of the calls to make in the scenario, for a program that has no model
export const { server, progress, person, limit, path } = JSON.parse(process.argv[2]);

// prompt is what each program asks its agent.
export const prompt = "Try the agents.";

// show prints progress as a program would.
export const show = ({ message }) => console.log(`progress: ${message}`);

// yes answers a question of the server.
export const yes = () => ({ action: "accept", content: {} });
