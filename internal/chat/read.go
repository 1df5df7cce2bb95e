package chat

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/tmaxmax/go-sse"

	"github.com/orq-mcp/orq-mcp/internal/lastline"
	"github.com/orq-mcp/orq-mcp/internal/neterror"
)

const (
	// maxObject bounds one event of an answer, and an answer that is one object, in bytes.
	maxObject = 8 << 20
	// maxAnswer bounds a streamed answer, in bytes: some servers spend half a kilobyte on each word.
	maxAnswer = 64 << 20
	// usageWait bounds how long the usage is waited for once the answer is complete: some servers keep the connection open.
	usageWait = 2 * time.Second
)

var (
	errCutOff   = errors.New("the stream has no end")
	errNoAnswer = errors.New("there is no answer of a model")
)

// read reads the answer to its end. A server that does not stream answers with one object, whatever the media type says.
func (c *Completion) read(response *http.Response) error {
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	body := bufio.NewReader(http.MaxBytesReader(nil, response.Body, maxAnswer))
	switch firstOf(body) {
	case '{', '[':
		return c.readWhole(http.MaxBytesReader(nil, io.NopCloser(body), maxObject), response.Body.Close)
	case '<':
		return errNoAnswer
	}
	return c.readStream(body, media, response.Body.Close)
}

// firstOf is the first byte of a body that is no white space, which is left to be read; 0 when there is none.
func firstOf(body *bufio.Reader) byte {
	const byteOrderMark = "\xEF\xBB\xBF"
	if start, _ := body.Peek(len(byteOrderMark)); string(start) == byteOrderMark {
		_, _ = body.Discard(len(byteOrderMark)) // it was just read
	}
	for {
		next, err := body.ReadByte()
		if err != nil {
			return 0
		}
		if first([]byte{next}) != 0 {
			_ = body.UnreadByte() // a byte was just read
			return next
		}
	}
}

// readWhole reads one object, or several in a row. As with a stream, what follows a finish reason cannot spoil the answer.
func (c *Completion) readWhole(body io.Reader, hangUp func() error) error {
	decoder := json.NewDecoder(body)
	end := usageTimer{hangUp: hangUp}
	defer end.stop()
	for {
		var object json.RawMessage
		if err := decoder.Decode(&object); errors.Is(err, io.EOF) || err != nil && c.finish != "" {
			break
		} else if _, wrong := errors.AsType[*json.SyntaxError](err); wrong {
			return notAChunk(err)
		} else if err != nil {
			return neterror.Describe(err)
		}
		if err := c.add(object); err != nil {
			return err
		}
		if c.finish != "" {
			end.start(c.pieces)
		}
	}
	switch {
	case c.finish == "" && c.empty():
		return errNoAnswer
	case c.finish == "" && c.streamed:
		return errCutOff
	}
	return c.end()
}

// readStream reads events up to [DONE]. An answer is complete when it has a finish reason, however the stream ends; what may
// follow is the usage, which is waited for only a short time before hangUp ends the stream. Some servers send no finish
// reason, and end a text or whole calls with [DONE] alone.
func (c *Completion) readStream(body *bufio.Reader, media string, hangUp func() error) error {
	events, done := 0, false
	end := usageTimer{hangUp: hangUp}
	defer end.stop()
	for event, err := range sse.Read(lastline.NewReader(&errorLines{body: body}), &sse.ReadConfig{MaxEventSize: maxObject}) {
		data := strings.TrimSpace(event.Data)
		if done = data == "[DONE]"; done {
			break
		}
		switch {
		case err != nil:
			err = neterror.Describe(err)
		case data != "":
			events++
			err = c.addEvent(event.Type, data)
		}
		if _, reported := errors.AsType[reportedError](err); err != nil && (c.finish == "" || reported) {
			return err
		}
		if err != nil {
			break
		}
		if c.finish != "" {
			end.start(c.pieces)
		}
	}
	switch {
	case events == 0 && media != "text/event-stream":
		return errNoAnswer
	case c.finish == "" && (!done || c.empty() || !c.assembly.isWhole()):
		return errCutOff
	}
	return c.end()
}

// usageTimer ends a stream some time after the last piece of a complete answer: some servers send a finish reason with each.
type usageTimer struct {
	hangUp func() error
	timer  *time.Timer
	pieces int
}

// start starts the time, and again when there are more pieces.
func (u *usageTimer) start(pieces int) {
	switch {
	case u.timer == nil:
		u.timer = time.AfterFunc(usageWait, func() { _ = u.hangUp() })
	case pieces != u.pieces:
		u.timer.Reset(usageWait)
	}
	u.pieces = pieces
}

func (u *usageTimer) stop() {
	if u.timer != nil {
		u.timer.Stop()
	}
}

// addEvent adds an event of a stream.
func (c *Completion) addEvent(typ, data string) error {
	switch strings.ToLower(typ) {
	case "error":
		return c.reported([]byte(data))
	case "ping", "heartbeat", "keepalive", "keep-alive":
		return nil
	}
	return c.add([]byte(data))
}
