package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// streamBuffer is the size of a stream's read buffer in bytes: a few events.
const streamBuffer = 4 << 10

func (s *server) invokeAgent(w http.ResponseWriter, r *http.Request, c call, agent string) error {
	body := fmt.Sprintf(`{"message":{"role":"user","parts":[{"kind":"text","text":%q}]}}`, c.Params.Arguments.Message)
	response, err := s.do(r, http.MethodPost, agent+"/stream-task", body)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	w.Header().Set("Content-Type", "text/event-stream")
	return copyEvents(w, bufio.NewReaderSize(response.Body, streamBuffer), c)
}

// copyEvents writes a progress notification for each event, and the result at the end. It flushes when the next event has
// not been received yet.
func copyEvents(w http.ResponseWriter, events *bufio.Reader, c call) error {
	flush := http.NewResponseController(w).Flush
	last := []byte(`""`)
	var b []byte
	for progress := int64(0); ; {
		line, err := events.ReadSlice('\n')
		if err != nil {
			return fmt.Errorf("the stream broke off: %w", err)
		}
		event, isData := bytes.CutPrefix(line[:len(line)-1], []byte("data: "))
		switch {
		case !isData:
			continue
		case string(event) == "[DONE]":
			structured := append(append([]byte(`{"state":"completed","output_text":`), last...), '}')
			b = appendAnswer(append(b[:0], "data: "...), c, appendResult(nil, structured, last))
			_, err := w.Write(append(b, "\n\n"...))
			return err
		}
		if answer := stringAfter(event, `"last_message":`); answer != nil {
			last = bytes.Clone(answer)
		}
		progress++
		b = appendProgress(b[:0], c.Params.Meta.Token, progress, event)
		if _, err := w.Write(b); err != nil {
			return err
		}
		if events.Buffered() < len("\ndata: ") {
			if err := flush(); err != nil {
				return errors.Join(errors.New("flush"), err)
			}
		}
	}
}

func appendProgress(b, token []byte, progress int64, event []byte) []byte {
	b = append(append(b, `data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":`...), token...)
	b = strconv.AppendInt(append(b, `,"progress":`...), progress, 10)
	message := stringAfter(event, `"text":`)
	if message == nil {
		message = stringAfter(event, `"type":`)
	}
	b = append(append(b, `,"message":`...), message...)
	return append(append(append(b, `,"_meta":{"ai.orq/event":`...), event...), "}}}\n\n"...)
}

// stringAfter returns the JSON string after the first occurrence of name, or nil.
func stringAfter(event []byte, name string) []byte {
	at := bytes.Index(event, []byte(name))
	if at < 0 {
		return nil
	}
	value := event[at+len(name):]
	if len(value) == 0 || value[0] != '"' {
		return nil
	}
	for i := 1; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++
		case '"':
			return value[:i+1]
		}
	}
	return nil
}
