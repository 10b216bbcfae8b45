using System.Data.Common;

namespace StreamLearn.Actors.Checkpoints.Sql;

/// <summary>A transaction on a connection: how statements are run, and what the two databases say in different ways.</summary>
/// <param name="connection">Has the transaction.</param>
/// <param name="database">Its database, as errors name it.</param>
/// <param name="cancellation">Ends the attempt.</param>
internal abstract class SqlSession(DbConnection connection, string database, CancellationToken cancellation)
{
    /// <summary>The database, as errors name it.</summary>
    internal string Database => database;


    /// <summary>Ends the attempt.</summary>
    internal CancellationToken Cancellation => cancellation;

    /// <summary>What makes a SELECT of claims <c>c</c> hold off other writers of them until the transaction ends.</summary>
    internal abstract string Locking { get; }

    /// <summary>What selects the names of all tables, whoever made them.</summary>
    internal abstract string Tables { get; }

    /// <summary>Inserts a row for each of the keys; one without content says that the key is forgotten.</summary>
    internal abstract Task InsertKeysAsync(long claim, long generation, IReadOnlyList<(byte[] Key, byte[]? State)> rows);

    internal async Task<int> ExecuteAsync(string sql, params (string Name, object Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The first column of the first row; null: there is no row, or nothing in it.</summary>
    internal async Task<object?> ScalarAsync(string sql, params (string Name, object Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteScalarAsync(cancellation) is var value and not DBNull ? value : null;
    }

    internal async Task<List<T>> RowsAsync<T>(string sql, Func<DbDataReader, T> read, params (string Name, object Value)[] parameters)
    {
        var rows = new List<T>();
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>A command in the transaction.</summary>
    internal DbCommand Command(string sql, params (string Name, object Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
