// Package store keeps the agents of a workspace, their versions, tasks and the documents that agents remember, in memory
// or in a bbolt file.
//
//	Store  agents, tasks, documents as JSON
//	  |--> index   keys and ids of agents in memory, so that lists and look-ups read only what they return
//	  |--> cipher  encrypts header values, with a key in a file of its own
//	  v
//	 kv    bytes by bucket and key: memory, or bolt (file.go); all changes of an operation are written together
//
// verify.go checks the pages of a file before it is used, and guard.go turns what fails in use into a FileError.
// format.go decides whether a file can be used, migrate.go brings older formats to the present one.
package store
