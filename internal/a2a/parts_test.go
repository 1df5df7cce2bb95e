package a2a

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestWhatIsNewOfAnArtifact(t *testing.T) {
	t.Parallel()
	text := orq.TextPart
	file := orq.Part{Kind: orq.KindFile, File: &orq.File{URI: "https://example.com/x"}}
	data := orq.Part{Kind: orq.KindData, Data: map[string]any{"n": 1.0}}
	for name, test := range map[string]struct{ known, parts, want []orq.Part }{
		"all of it":          {nil, []orq.Part{text("a"), file}, []orq.Part{text("a"), file}},
		"nothing":            {[]orq.Part{text("a")}, []orq.Part{text("a")}, []orq.Part{}},
		"the rest of a text": {[]orq.Part{text("a")}, []orq.Part{text("ab")}, []orq.Part{text("b")}},
		"what follows":       {[]orq.Part{file}, []orq.Part{file, data}, []orq.Part{data}},
		"both":               {[]orq.Part{data, text("a")}, []orq.Part{data, text("ab"), file}, []orq.Part{text("b"), file}},
		"another text":       {[]orq.Part{text("a")}, []orq.Part{text("b")}, []orq.Part{text("b")}},
		"another file":       {[]orq.Part{file}, []orq.Part{data}, []orq.Part{data}},
		"another beginning":  {[]orq.Part{file, text("a")}, []orq.Part{data, text("ab")}, []orq.Part{data, text("ab")}},
		"less":               {[]orq.Part{text("a"), file}, []orq.Part{text("a")}, []orq.Part{text("a")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, beyond(test.known, test.parts)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// FuzzLegacyAnswer reads answers that an agent may send.
func FuzzLegacyAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","result":{"kind":"task","id":"t","contextId":"c","status":{"state":"completed","message":{"role":"agent","parts":[{"kind":"text","text":"hi"}]}},"artifacts":[{"artifactId":"a","parts":[{"kind":"data","data":{"n":1}}]}],"history":[{"role":"user","parts":[]}]}}`,
		`{"jsonrpc":"2.0","result":{"kind":"artifact-update","taskId":"t","append":true,"artifact":{"artifactId":"a","parts":[{"kind":"file","file":{"bytes":"aGk="}}]}}}`,
		`{"jsonrpc":"2.0","error":{"code":-32601,"message":""}}`, `{"result":null}`, `[]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		q := &question{tell: func([]orq.Part) error { return nil }, byID: map[string]*artifact{}, heard: map[string]bool{}}
		news, err := readLegacy(body)
		if err != nil {
			return
		}
		if err := q.absorb(news); err != nil {
			t.Errorf("an event is an error: %v", err)
		}
		q.answer()
	})
}
