using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace StreamLearn.Actors.Checkpoints.Sqlite;

/// <summary>SQLite's errors in words that say what to do.</summary>
internal static class SqliteErrors
{
    internal static CheckpointStoreException Explain(string path, SqliteException exception) =>
        new($"{path}: {Problem(exception)}", exception);

    private static string Problem(SqliteException exception) => exception.SqliteErrorCode switch
    {
        raw.SQLITE_NOTADB => "this file is no SQLite database. Name another file, or move this one away.",
        raw.SQLITE_CORRUPT => "the database is damaged. Restore the file from a backup, or move it away to start without checkpoints.",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH =>
            "the database cannot be written. The process needs the right to write the file and its directory.",
        raw.SQLITE_CANTOPEN => "the database cannot be opened. The process needs the right to read and write the file and its directory.",
        raw.SQLITE_FULL => "the disk is full. Nothing was written; make room.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "another process keeps the database locked. Nothing was written; try again.",
        raw.SQLITE_IOERR when exception.SqliteExtendedErrorCode == raw.SQLITE_IOERR_SHORT_READ =>
            "the file ends too early: it is truncated or damaged. Restore it from a backup, or move it away to start without checkpoints.",
        raw.SQLITE_IOERR => string.Create(
            CultureInfo.InvariantCulture, $"the disk cannot be read or written (SQLite's code {exception.SqliteExtendedErrorCode})."),
        _ => exception.Message,
    };
}
