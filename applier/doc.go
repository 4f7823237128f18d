// Package applier carries out a plan: it changes files and makes one commit, all
// or nothing.
//
// The order is: look at everything (nothing is written), take git's locks, write
// objects and the new files under private names and flush them; then, past the
// point of no return, rename the files into place, the lock file last, move the
// ref and put the new index in place. Up to the moving of the ref every error
// puts the old files back. Whenever the process is killed, the repository is
// sound, and the next plan and apply finish the work: there is no journal. What
// a killed process leaves behind is one record in its private directory, from
// which the next one knows that index.lock and the like are its own.
//
// A "path" is relative to the project root, a "full path" to the top of the
// repository; both have slashes. A "backup" is a ref, or without a repository a
// directory, that keeps what the plan overwrites and HEAD does not hold.
//
// The package decides nothing: what the plan does not say is not done, and where
// the disk is not what the plan says, nothing is done at all. It commits HEAD's
// tree with the plan's paths and never the user's index. It trusts no plan: each
// path passes the path policy, each content its digest. It follows no symbolic
// link below the root and writes into no other repository inside it.
package applier
