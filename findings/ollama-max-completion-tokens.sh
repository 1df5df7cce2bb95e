#!/usr/bin/env bash
# Library:   Ollama 0.32.5 and 0.34.0 (Go module github.com/ollama/ollama), the package that reads requests of its
#            OpenAI-compatible API.
# Input:     a request of POST /v1/chat/completions that bounds the answer by max_completion_tokens, the name that OpenAI
#            documents in place of the deprecated max_tokens. For comparison, the same bound by max_tokens.
# Behaviour: max_completion_tokens is passed over without an error, so that nothing bounds the answer: num_predict is not
#            set. Only max_tokens sets it.
# Exit code: 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > expected.txt <<'TEXT'
{"max_completion_tokens":5}: num_predict <nil>
{"max_tokens":5}: num_predict 5
{"max_tokens":5,"max_completion_tokens":5}: num_predict 5
TEXT

cat > main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"github.com/ollama/ollama/openai"
)

func main() {
	for _, bound := range []string{`{"max_completion_tokens":5}`, `{"max_tokens":5}`, `{"max_tokens":5,"max_completion_tokens":5}`} {
		request := openai.ChatCompletionRequest{Model: "m", Messages: []openai.Message{{Role: "user", Content: "Hi"}}}
		if err := json.Unmarshal([]byte(bound), &request); err != nil {
			panic(err)
		}
		chat, err := openai.FromChatRequest(request)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s: num_predict %v\n", bound, chat.Options["num_predict"])
	}
}
GO

for version in v0.32.5 v0.34.0; do
  rm -f go.mod go.sum
  go mod init finding > /dev/null 2>&1
  go get "github.com/ollama/ollama@$version" > /dev/null 2>&1
  go mod tidy > /dev/null 2>&1
  go run . | tee seen.txt
  diff expected.txt seen.txt
done
