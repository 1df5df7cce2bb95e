package sandbox

import "net/http"

// scheduleRoutes are the operations on the schedules of agents, which the sandbox does not have.
func scheduleRoutes() []route {
	const schedules = " /v3/agents/{agent_key}/schedules"
	var routes []route
	for _, pattern := range []string{
		"GET" + schedules, "POST" + schedules,
		"GET" + schedules + "/{schedule_id}", "PATCH" + schedules + "/{schedule_id}", "DELETE" + schedules + "/{schedule_id}",
		"POST" + schedules + "/{schedule_id}/execution",
	} {
		routes = append(routes, route{pattern, GenerationToday, noSchedules})
	}
	return routes
}

// noSchedules answers 501, in the form of the errors of these operations.
func noSchedules(w http.ResponseWriter, _ *http.Request) error {
	const message = "the sandbox has no schedules: run the agent yourself when it is due"
	addLogAttr(w, "error", message)
	type detail struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	return writeJSON(w, http.StatusNotImplemented, struct {
		Error detail `json:"error"`
	}{detail{"not_implemented", message}})
}
