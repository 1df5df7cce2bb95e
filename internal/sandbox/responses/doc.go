// Package responses translates between the Responses API, POST and GET /v3/router/responses, and the turns of package run.
//
//	Request -> Input       messages of a task         request.go, input.go
//	events of a turn -> Composer -> output items      composer.go, text.go
//	                       |
//	                       +-> Stream -> events       stream.go
//	store.Response -> Response                        response.go
//
// Two composers see the same events of a turn: the recorder, in the goroutine of the turn, whose items are stored, and
// that of the stream. Ids are derived from the order of items, so that both give an item the same.
package responses
