/** The files of a zip archive, as far as exports use the format: stored or deflated, no encryption, no zip64. */
import { inflateRawSync } from 'node:zlib';

/** PKZIP APPNOTE 4.3.12, 4.3.16: what each part begins with, and where its fields stand. */
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const LOCAL_BYTES = 30;
const ENTRY_BYTES = 46;
const DEFLATED = 8;
/** A file that unpacks to more is no export. */
const MOST_BYTES = 512 * 1024 * 1024;

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/** Undefined when it is damaged. */
export function unzip(bytes: Uint8Array): readonly Buffer[] | undefined {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return filesOf(archive);
  } catch {
    return undefined;
  }
}

function filesOf(archive: Buffer): readonly Buffer[] | undefined {
  const end = endOf(archive);
  if (end === undefined) return undefined;
  const files: Buffer[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count -= 1) {
    if (archive.readUInt32LE(at) !== ENTRY) return undefined;
    files.push(fileAt(archive, at));
    const behind = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    at += behind.reduce((sum, length) => sum + length, ENTRY_BYTES);
  }
  return files;
}

/** A comment may stand behind it. */
function endOf(archive: Buffer): number | undefined {
  for (let at = archive.length - END_BYTES; at >= 0; at -= 1) if (archive.readUInt32LE(at) === END) return at;
  return undefined;
}

function fileAt(archive: Buffer, entry: number): Buffer {
  const size = archive.readUInt32LE(entry + 20);
  const local = archive.readUInt32LE(entry + 42);
  const begin = local + LOCAL_BYTES + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const content = archive.subarray(begin, begin + size);
  return archive.readUInt16LE(entry + 10) === DEFLATED
    ? inflateRawSync(content, { maxOutputLength: MOST_BYTES })
    : content;
}
