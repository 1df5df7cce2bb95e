// Package chat asks the models of OpenAI-compatible servers, such as Ollama, over POST /chat/completions. It streams the
// answer, retries refused requests as an agent's settings say, falls back to the agent's other models, and turns whatever
// goes wrong into one sentence that never holds the server's key.
package chat
