package orq_test

import (
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestMessageText(t *testing.T) {
	t.Parallel()
	message := orq.Message{Parts: []orq.Part{orq.TextPart("a"), {Kind: orq.KindFile, File: &orq.File{URI: "u"}}, orq.TextPart(""), orq.TextPart("b")}}
	if got := message.Text(); got != "ab" {
		t.Errorf("Text() = %q, want %q", got, "ab")
	}
}
