package a2a

import "net/http"

// transport adds the agent's headers to requests to its own origins, and bounds the size of responses.
type transport struct {
	base  http.RoundTripper
	agent Agent
}

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if t.agent.sendsHeadersTo(r.URL) {
		for name, value := range t.agent.Headers {
			r.Header.Set(name, value)
		}
		for name, value := range t.agent.CallerHeaders {
			r.Header.Set(name, value)
		}
	}
	response, err := t.base.RoundTrip(r)
	if err == nil {
		response.Body = http.MaxBytesReader(nil, response.Body, maxAnswer)
	}
	return response, err
}
