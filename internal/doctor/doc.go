// Package doctor looks for what keeps orq-mcp from working: key, connection, clock, operations of the service, port, data
// file, model server, A2A agents and the clients that are configured to start it.
//
// It reads only: it starts no run, changes nothing and opens no data file for writing. The checks run side by side, and what
// has brought no result within Patience is a finding, too.
package doctor
