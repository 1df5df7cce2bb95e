#!/usr/bin/env bash
# Library:   net/http of Go 1.26.8, HTTP/2 client (golang.org/x/net v0.59.0, here the server's frames, does it no longer).
# Input:     a POST whose stream the server resets with PROTOCOL_ERROR after it has received the whole request. Only
#            REFUSED_STREAM and GOAWAY state that a request was not processed (RFC 9113, section 8.7).
# Behaviour: the POST is sent again, and the caller sees one success: what it starts may be started twice. It is sent once
#            after INTERNAL_ERROR, and after PROTOCOL_ERROR when the request has no GetBody.
# Exit code: 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > expected.txt <<'TEXT'
INTERNAL_ERROR: received 1 time, status 0
PROTOCOL_ERROR: received 2 times, status 200
PROTOCOL_ERROR without GetBody: received 1 time, status 0
TEXT

cat > main.go <<'GO'
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"golang.org/x/net/http2"
)

// serve resets the first request with the code once it has arrived completely, and answers the others.
func serve(listener net.Listener, code http2.ErrCode, received *int) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			_, _ = io.ReadFull(conn, make([]byte, len(http2.ClientPreface)))
			framer := http2.NewFramer(conn, conn)
			_ = framer.WriteSettings()
			for {
				frame, err := framer.ReadFrame()
				if err != nil {
					return
				}
				if settings, ok := frame.(*http2.SettingsFrame); ok && !settings.IsAck() {
					_ = framer.WriteSettingsAck()
				}
				if data, ok := frame.(*http2.DataFrame); !ok || !data.StreamEnded() {
					continue
				}
				if *received++; *received == 1 {
					_ = framer.WriteRSTStream(frame.Header().StreamID, code)
					continue
				}
				_ = framer.WriteHeaders(http2.HeadersFrameParam{
					StreamID: frame.Header().StreamID, BlockFragment: []byte{0x88}, EndHeaders: true, EndStream: true,
				})
			}
		}()
	}
}

func post(name string, code http2.ErrCode, getBody bool) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer listener.Close()
	received, status := 0, 0
	go serve(listener, code, &received)
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	request, _ := http.NewRequest(http.MethodPost, "http://"+listener.Addr().String(), strings.NewReader("start"))
	if !getBody {
		request.GetBody = nil
	}
	if response, err := transport.RoundTrip(request); err == nil {
		status = response.StatusCode
		response.Body.Close()
	}
	times := "times"
	if received == 1 {
		times = "time"
	}
	fmt.Printf("%s: received %d %s, status %d\n", name, received, times, status)
}

func main() {
	post("INTERNAL_ERROR", http2.ErrCodeInternal, true)
	post("PROTOCOL_ERROR", http2.ErrCodeProtocol, true)
	post("PROTOCOL_ERROR without GetBody", http2.ErrCodeProtocol, false)
}
GO

go mod init finding 2>/dev/null
go get golang.org/x/net/http2@v0.59.0 2>/dev/null
GOTOOLCHAIN=go1.26.8 go run . | tee seen.txt
diff expected.txt seen.txt
