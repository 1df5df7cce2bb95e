package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"slices"
)

// The layout of a bbolt file, of which bbolt itself trusts every number: it follows a wrong one out of its memory, or
// around in a circle, and ends the process. A file is therefore verified before it is used. Reading it takes about as
// long as copying it in memory.
const (
	pageHeader   = 16 // id uint64, flags uint16, count uint16, overflow uint32: the pages that follow and belong to it
	element      = 16 // branch: position uint32, key size uint32, page uint64; leaf: flags, position, key size, value size uint32
	bucketHeader = 16 // root uint64, sequence uint64; with root 0 a page follows within the value
	metaChecked  = 56 // magic, version, page size, flags uint32, root, sequence, freelist, pages, transaction uint64, checksum

	branchPage, leafPage, freelistPage = 0x01, 0x02, 0x10
	bucketElement                      = 0x01
	noFreelist                         = math.MaxUint64
)

// native is the byte order of a bbolt file.
var native = binary.NativeEndian

// verifier checks that a data file is a tree of pages. bbolt has validated one of its meta pages.
type verifier struct {
	file     io.ReaderAt
	pageSize uint64
	// pages is the number of pages in use, beginning with two meta pages.
	pages uint64
	// seen are the pages that belong to the tree or to the list of free ones.
	seen []bool
	// leafBuffer holds the leaf page that is being checked.
	leafBuffer []byte
}

// verify returns what is wrong with a file of so many bytes, or nil.
func verify(file io.ReaderAt, size int64, pageSize int) error {
	meta, err := latestMeta(file, pageSize)
	if err != nil {
		return err
	}
	v := &verifier{file: file, pageSize: uint64(pageSize), pages: native.Uint64(meta[40:])}      //nolint:gosec // bbolt gives a small positive number
	if used := v.pages * v.pageSize; v.pages > math.MaxInt64/v.pageSize || used > uint64(size) { //nolint:gosec // a size is not negative
		return fmt.Errorf("the file is cut off: of %d bytes there are %d", used, size)
	}
	v.seen = make([]bool, v.pages)
	root, freelist := native.Uint64(meta[16:]), native.Uint64(meta[32:])
	if err := v.tree(root, nil, nil); err != nil {
		return err
	}
	if freelist == noFreelist {
		return nil
	}
	return v.freelist(freelist)
}

// latestMeta returns the contents of the valid meta page with the latest transaction.
func latestMeta(file io.ReaderAt, pageSize int) (latest []byte, err error) {
	for page := range int64(2) {
		meta := make([]byte, metaChecked+8)
		if _, err := file.ReadAt(meta, page*int64(pageSize)+pageHeader); err != nil {
			return nil, err
		}
		sum := fnv.New64a()
		_, _ = sum.Write(meta[:metaChecked])
		if sum.Sum64() == native.Uint64(meta[metaChecked:]) && (latest == nil || native.Uint64(meta[48:]) > native.Uint64(latest[48:])) {
			latest = meta
		}
	}
	if latest == nil {
		return nil, errNotOurs
	}
	return latest, nil
}

// damaged is the error about a page.
func damaged(page uint64, format string, args ...any) error {
	return fmt.Errorf("%w (page %d "+format+")", append([]any{errDamaged, page}, args...)...)
}

// read reads a page with those that belong to it, and marks them as seen.
func (v *verifier) read(id uint64) ([]byte, error) {
	if id < 2 || id >= v.pages {
		return nil, damaged(id, "does not exist")
	}
	header := make([]byte, pageHeader)
	if _, err := v.file.ReadAt(header, int64(id*v.pageSize)); err != nil { //nolint:gosec // within the file
		return nil, err
	}
	overflow := uint64(native.Uint32(header[12:]))
	if native.Uint64(header) != id || overflow >= v.pages-id {
		return nil, damaged(id, "is overwritten")
	}
	for each := id; each <= id+overflow; each++ {
		if v.seen[each] {
			return nil, damaged(each, "is used twice")
		}
		v.seen[each] = true
	}
	size := (overflow + 1) * v.pageSize
	var page []byte
	if native.Uint16(header[8:]) == leafPage { // nothing of it is needed when the next is read
		v.leafBuffer = slices.Grow(v.leafBuffer[:0], int(size)) //nolint:gosec // no larger than the file
		page = v.leafBuffer[:size]
	} else {
		page = make([]byte, size)
	}
	_, err := v.file.ReadAt(page, int64(id*v.pageSize)) //nolint:gosec // within the file
	return page, err
}

// tree checks the page and all below it. Its keys are from first to before end; nil means no bound.
func (v *verifier) tree(id uint64, first, end []byte) error {
	page, err := v.read(id)
	if err != nil {
		return err
	}
	switch native.Uint16(page[8:]) {
	case branchPage:
		return v.branch(id, page, first, end)
	case leafPage:
		return v.leaf(id, page, first, end)
	}
	return damaged(id, "is of a wrong kind")
}

func (v *verifier) branch(id uint64, page, first, end []byte) error {
	keys, err := keysOf(id, page, 0)
	if err == nil && len(keys) == 0 {
		err = damaged(id, "is empty")
	}
	if err == nil {
		err = checkOrder(id, keys, first, end)
	}
	for i := 0; i < len(keys) && err == nil; i++ {
		next := end
		if i+1 < len(keys) {
			next = keys[i+1]
		}
		err = v.tree(native.Uint64(page[pageHeader+i*element+8:]), keys[i], next)
	}
	return err
}

func (v *verifier) leaf(id uint64, page, first, end []byte) error {
	keys, err := keysOf(id, page, 4)
	if err == nil {
		err = checkOrder(id, keys, first, end)
	}
	var roots []uint64 // of buckets
	for i := 0; i < len(keys) && err == nil; i++ {
		at := pageHeader + i*element
		flags, position, keySize, size := native.Uint32(page[at:]), native.Uint32(page[at+4:]), native.Uint32(page[at+8:]), native.Uint32(page[at+12:])
		value := uint64(at) + uint64(position) + uint64(keySize)
		switch {
		case value+uint64(size) > uint64(len(page)):
			err = damaged(id, "has an entry that does not end in it")
		case flags == bucketElement && size < bucketHeader:
			err = damaged(id, "has a bucket without a beginning")
		case flags == bucketElement && native.Uint64(page[value:]) != 0:
			roots = append(roots, native.Uint64(page[value:]))
		case flags == bucketElement:
			err = v.inlineBucket(id, page[value+bucketHeader:value+uint64(size)])
		case flags != 0:
			err = damaged(id, "has an entry of a wrong kind")
		}
	}
	for i := 0; i < len(roots) && err == nil; i++ {
		err = v.tree(roots[i], nil, nil)
	}
	return err
}

// inlineBucket checks the page of a small bucket, which is within a value in the page with that id.
func (v *verifier) inlineBucket(id uint64, page []byte) error {
	if len(page) < pageHeader || native.Uint16(page[8:]) != leafPage {
		return damaged(id, "has a bucket of a wrong kind")
	}
	return v.leaf(id, page, nil, nil)
}

// keysOf returns the keys of a page. In its elements, the position of the key comes after so many bytes.
func keysOf(id uint64, page []byte, offset int) ([][]byte, error) {
	count := int(native.Uint16(page[10:]))
	if pageHeader+count*element > len(page) {
		return nil, damaged(id, "has more entries than fit")
	}
	keys := make([][]byte, count)
	for i := range keys {
		at := pageHeader + i*element
		start := uint64(at) + uint64(native.Uint32(page[at+offset:]))
		size := uint64(native.Uint32(page[at+offset+4:]))
		if size == 0 || start+size > uint64(len(page)) {
			return nil, damaged(id, "has a key that does not end in it")
		}
		keys[i] = page[start : start+size]
	}
	return keys, nil
}

// checkOrder checks that keys are sorted, and within first and end.
func checkOrder(id uint64, keys [][]byte, first, end []byte) error {
	for i, key := range keys {
		if i > 0 && bytes.Compare(keys[i-1], key) >= 0 || i == 0 && bytes.Compare(first, key) > 0 || end != nil && bytes.Compare(key, end) >= 0 {
			return damaged(id, "has its keys in a wrong order")
		}
	}
	return nil
}

// freelist checks the list of free pages: a page that is also in the tree would be overwritten.
func (v *verifier) freelist(id uint64) error {
	page, err := v.read(id)
	if err != nil {
		return err
	}
	count, ids := uint64(native.Uint16(page[10:])), page[pageHeader:]
	if count == math.MaxUint16 { // the number is the first entry
		count, ids = native.Uint64(ids), ids[8:]
	}
	if native.Uint16(page[8:]) != freelistPage || count > uint64(len(ids)/8) {
		return damaged(id, "is no list of free pages")
	}
	for i := range count {
		free := native.Uint64(ids[i*8:])
		if free < 2 || free >= v.pages || v.seen[free] {
			return damaged(id, "lists page %d as free, which is in use", free)
		}
		v.seen[free] = true
	}
	return nil
}
