#!/usr/bin/env bash
# Library:   github.com/a2aproject/a2a-go/v2 v2.4.0, with its transport for A2A 0.3 (a2acompat/a2av0).
# Input:     the timestamp of a status is "an ISO 8601 datetime string" in A2A 0.3, and ISO 8601 has times without a zone.
# Behaviour: one time without a zone, and the whole answer is refused with everything in it, also the text of a task that
#            is complete.
# Exit code: 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > expected.txt <<'TEXT'
2026-03-01T12:00:00Z: completed, text: Done.
2026-03-01T12:00:00+01:00: completed, text: Done.
2026-03-01T12:00:00: refused, names the time: true
TEXT

cat > main.go <<'GO'
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/a2aproject/a2a-go/v2/a2a"
	"github.com/a2aproject/a2a-go/v2/a2aclient"
	"github.com/a2aproject/a2a-go/v2/a2acompat/a2av0"
)

const answer = `{"jsonrpc":"2.0","id":%s,"result":{"kind":"task","id":"t","contextId":"c",
	"status":{"state":"completed","timestamp":"%s"},
	"artifacts":[{"artifactId":"a","parts":[{"kind":"text","text":"Done."}]}]}}`

func ask(timestamp string) string {
	ctx := context.Background()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct{ ID json.RawMessage }
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			panic(err)
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, answer, request.ID, timestamp)
	}))
	defer server.Close()
	face := a2a.NewAgentInterface(server.URL, a2a.TransportProtocolJSONRPC)
	face.ProtocolVersion = a2av0.Version
	client, err := a2aclient.NewFromEndpoints(ctx, []*a2a.AgentInterface{face}, a2av0.WithJSONRPCTransport(a2av0.JSONRPCTransportConfig{}))
	if err != nil {
		return err.Error()
	}
	message := a2a.NewMessage(a2a.MessageRoleUser, a2a.NewTextPart("go"))
	result, err := client.SendMessage(ctx, &a2a.SendMessageRequest{Message: message})
	if err != nil {
		return fmt.Sprintf("refused, names the time: %t", strings.Contains(err.Error(), timestamp))
	}
	task := result.(*a2a.Task)
	return fmt.Sprintf("%s, text: %s", strings.ToLower(strings.TrimPrefix(string(task.Status.State), "TASK_STATE_")), task.Artifacts[0].Parts[0].Text())
}

func main() {
	for _, timestamp := range []string{"2026-03-01T12:00:00Z", "2026-03-01T12:00:00+01:00", "2026-03-01T12:00:00"} {
		fmt.Println(timestamp+":", ask(timestamp))
	}
}
GO

go mod init finding 2>/dev/null
go get github.com/a2aproject/a2a-go/v2/{a2aclient,a2acompat/a2av0}@v2.4.0 2>/dev/null
go run . | tee seen.txt
diff expected.txt seen.txt
