#!/usr/bin/env bash
# Library:   github.com/a2aproject/a2a-go/v2 v2.4.0.
# Input:     A2A 1.0 has data parts of any JSON value (google.protobuf.Value), so also null.
# Behaviour: the library writes a data part of null and cannot read it, while it reads lists, numbers and false. So its
#            client refuses the answer of its server ("result violates A2A spec") when an agent sends such a part, and all
#            that stands beside the part is lost: the text, and that the task is complete.
# Exit code: 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > expected.txt <<'TEXT'
list: read
number: read
false: read
null: unknown part content type: [data]
task with a text and the number 1: TASK_STATE_COMPLETED, parts: 2
task with a text and null: result violates A2A spec - could not determine type: failed to unmarshal event: unknown part content type: [data]
TEXT

cat > main.go <<'GO'
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"net/http/httptest"
	"strings"

	"github.com/a2aproject/a2a-go/v2/a2a"
	"github.com/a2aproject/a2a-go/v2/a2aclient"
	"github.com/a2aproject/a2a-go/v2/a2asrv"
)

// agent answers with a text and a data part, and completes its task.
type agent struct{ value any }

func (g agent) Execute(_ context.Context, about *a2asrv.ExecutorContext) iter.Seq2[a2a.Event, error] {
	return func(yield func(a2a.Event, error) bool) {
		_ = yield(a2a.NewSubmittedTask(about, about.Message), nil) &&
			yield(a2a.NewArtifactEvent(about, a2a.NewTextPart("Found nothing."), a2a.NewDataPart(g.value)), nil) &&
			yield(a2a.NewStatusUpdateEvent(about, a2a.TaskStateCompleted, nil), nil)
	}
}

func (agent) Cancel(context.Context, *a2asrv.ExecutorContext) iter.Seq2[a2a.Event, error] {
	return func(func(a2a.Event, error) bool) {}
}

func ask(value any) string {
	ctx := context.Background()
	server := httptest.NewServer(a2asrv.NewJSONRPCHandler(a2asrv.NewHandler(agent{value})))
	defer server.Close()
	client, err := a2aclient.NewFromEndpoints(ctx, []*a2a.AgentInterface{a2a.NewAgentInterface(server.URL, a2a.TransportProtocolJSONRPC)})
	if err != nil {
		return err.Error()
	}
	message := a2a.NewMessage(a2a.MessageRoleUser, a2a.NewTextPart("go"))
	result, err := client.SendMessage(ctx, &a2a.SendMessageRequest{Message: message})
	if err != nil {
		words, _, _ := strings.Cut(err.Error(), "; data: ") // without the whole answer
		return words
	}
	task := result.(*a2a.Task)
	parts := 0
	for _, artifact := range task.Artifacts {
		parts += len(artifact.Parts)
	}
	return fmt.Sprintf("%s, parts: %d", task.Status.State, parts)
}

func main() {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	for _, test := range []struct {
		name  string
		value any
	}{{"list", []any{1}}, {"number", 1}, {"false", false}, {"null", nil}} {
		written, err := json.Marshal(a2a.NewDataPart(test.value))
		if err != nil {
			panic(err)
		}
		outcome := "read"
		if err := json.Unmarshal(written, new(a2a.Part)); err != nil {
			outcome = err.Error()
		}
		fmt.Printf("%s: %s\n", test.name, outcome)
	}
	fmt.Println("task with a text and the number 1:", ask(1))
	fmt.Println("task with a text and null:", ask(nil))
}
GO

go mod init finding 2>/dev/null
go get github.com/a2aproject/a2a-go/v2/{a2aclient,a2asrv}@v2.4.0 2>/dev/null
go run . | tee seen.txt
diff expected.txt seen.txt
