using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Spectre.Console;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cli.Commands;

namespace StreamLearn.Cli.Output;

/// <summary>What <c>inspect</c> says of a stored pipeline.</summary>
/// <param name="stored">What is stored, without the keys' states.</param>
/// <param name="damage">What is wrong with its newest rows.</param>
internal sealed class StoredPipelineView(StoredPipeline stored, IReadOnlyList<string> damage)
{
    private const int MostKeysShown = 50;

    private readonly List<string> _damage = [.. damage];
    private IReadOnlyList<StoredKey> _keys = [];

    // Null: not loaded.
    private TaskView? _view;

    // Null: not loaded, or not as a whole.
    private string? _stateHash;
    private long? _records;

    /// <summary>Loads the learners, as far as they can be.</summary>
    internal async Task LoadAsync(StoredModels models, PipelineDefinition pipeline, CancellationToken cancellation)
    {
        var keys = new List<StoredKey>();
        var whole = true;
        await foreach (var bucket in models.AllKeysAsync(cancellation))
        {
            keys.AddRange(bucket.Keys);
            if (bucket.Problem is { } problem)
            {
                whole = false;
                _damage.Add($"pipeline '{stored.Name}', bucket {bucket.Bucket.EntityId}: it cannot be loaded: {problem}");
            }
        }

        _keys = [.. keys.OrderBy(key => key.Report.Key, Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y)))];
        var summary = pipeline.Plan.Summarize(keys.Select(key => key.Report));
        _view = TaskView.Of(pipeline, summary);
        if (whole)
        {
            _stateHash = summary.StateHash();
            _records = keys.Sum(key => key.Report.Records);
        }
    }

    /// <summary>Forgets all keys but one.</summary>
    internal void Keep(string key)
    {
        _keys = [.. _keys.Where(found => Encoding.UTF8.GetString(found.Report.Key) == key)];
        if (_keys.Count == 0)
        {
            throw new UsageException($"--key is '{key}', of which nothing is stored in pipeline {stored.Name}; inspect --keys lists "
                + "the keys.");
        }
    }

    /// <summary>Counts and sizes.</summary>
    internal JsonObject Sizes() => new()
    {
        ["pipeline"] = stored.Name,
        ["partitions"] = stored.Cursors.Count,
        ["buckets"] = stored.Buckets.Count,
        ["keys"] = stored.Buckets.Sum(bucket => bucket.Keys),
        ["bytes"] = stored.Buckets.Sum(bucket => bucket.Bytes),
        ["saved"] = stored.Cursors.Count == 0 ? null : ConfiguredStore.Seconds(stored.Cursors.Max(cursor => cursor.Saved)),
        ["damage"] = new JsonArray([.. _damage.Select(text => (JsonNode)text)]),
    };

    internal JsonObject ToJson(bool withKeys)
    {
        var json = Sizes();
        json["state_hash"] = _stateHash;
        json["records"] = _records;
        json["learners"] = _view?.Learners();
        json["cursors"] = new JsonArray([.. stored.Cursors.Select(cursor => new JsonObject
        {
            ["partition"] = cursor.Partition,
            ["first"] = cursor.First,
            ["next"] = cursor.Next,
            ["saved"] = ConfiguredStore.Seconds(cursor.Saved),
        })]);
        json["stored_buckets"] = new JsonArray([.. stored.Buckets.Select(bucket => new JsonObject
        {
            ["partition"] = bucket.Bucket.Partition,
            ["bucket"] = bucket.Bucket.Bucket,
            ["generation"] = bucket.Generation,
            ["last_applied"] = bucket.LastApplied,
            ["keys"] = bucket.Keys,
            ["bytes"] = bucket.Bytes,
            ["generations"] = bucket.Generations,
        })]);
        json["settings"] = new JsonObject([.. Settings().Select(setting => KeyValuePair.Create(setting.Key, (JsonNode?)setting.Value))]);
        if (withKeys)
        {
            json["by_key"] = new JsonArray([.. _keys.Select(key => new JsonObject
            {
                ["key"] = Encoding.UTF8.GetString(key.Report.Key),
                ["partition"] = key.Bucket.Partition,
                ["bucket"] = key.Bucket.Bucket,
                ["records"] = key.Report.Records,
                ["time"] = key.Report.Time / 1000.0,
                ["bytes"] = key.Bytes,
                ["frozen"] = key.Report.Frozen,
                ["state_digest"] = Convert.ToHexStringLower(key.Report.StateDigest),
            })]);
        }

        return json;
    }

    /// <summary>One line.</summary>
    internal void ShowLine()
    {
        var saved = stored.Cursors.Count == 0 ? "never" : stored.Cursors.Max(cursor => cursor.Saved).ToString("u",
            CultureInfo.InvariantCulture);
        People.Say(
            $"{stored.Name}: {stored.Cursors.Count} partitions, {stored.Buckets.Count} buckets, "
            + $"{stored.Buckets.Sum(bucket => bucket.Keys)} keys, "
            + $"{stored.Buckets.Sum(bucket => bucket.Bytes)} bytes, last stored {saved}");
        foreach (var text in _damage)
        {
            People.Say($"damaged: {text}");
        }
    }

    /// <summary>Cursors, buckets, what the state was made with, and the keys where they are asked for.</summary>
    internal void Show(bool withKeys)
    {
        ShowLine();
        var cursors = Table("partition", "first", "next", "stored");
        foreach (var cursor in stored.Cursors)
        {
            cursors.AddRow(Cells(cursor.Partition, cursor.First, cursor.Next, cursor.Saved.ToString("u", CultureInfo.InvariantCulture)));
        }

        var buckets = Table("bucket", "generation", "last applied", "keys", "bytes", "generations");
        foreach (var bucket in stored.Buckets)
        {
            buckets.AddRow(Cells(
                bucket.Bucket.EntityId, bucket.Generation, bucket.LastApplied, bucket.Keys, bucket.Bytes, bucket.Generations));
        }

        People.Console.Write(cursors);
        People.Console.Write(buckets);
        foreach (var (path, value) in Settings())
        {
            People.Say($"{path} = {value}");
        }

        if (withKeys)
        {
            People.Console.Write(KeyTable());
            if (KeysLeftOut > 0)
            {
                People.Say($"and {KeysLeftOut} more keys: --json has them all");
            }
        }

        People.Say(_stateHash is null ? "its learners are not loaded" : $"{_records} records learned, state {_stateHash[..12]}");
    }

    /// <summary>The first keys, in the order of their bytes.</summary>
    internal Table KeyTable()
    {
        var keys = Table("key", "bucket", "partition", "records", "bytes", "last time", "mean error or cost");
        foreach (var key in _keys.Take(MostKeysShown))
        {
            keys.AddRow(Cells(
                Encoding.UTF8.GetString(key.Report.Key) + (key.Report.Frozen ? " (frozen)" : ""), key.Bucket.Bucket, key.Bucket.Partition, key.Report.Records, key.Bytes,
                Time(key.Report.Time), People.Number(_view!.ScoreOf(key.Report))));
        }

        return keys;
    }

    /// <summary>How many keys <see cref="KeyTable"/> leaves out.</summary>
    internal int KeysLeftOut => Math.Max(0, _keys.Count - MostKeysShown);

    private IEnumerable<KeyValuePair<string, string>> Settings() =>
        stored.Settings is { } settings ? PipelineSettings.Parse(settings).Values : [];

    /// <summary>An event time; a learner takes any number, and not each is a date.</summary>
    private static string Time(long milliseconds) =>
        milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("u", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{milliseconds} ms");

    private static Table Table(params string[] columns)
    {
        var table = new Table().RoundedBorder();
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        return table;
    }

    private static string[] Cells(params object[] values) =>
        [.. values.Select(value => Markup.Escape(Convert.ToString(value, CultureInfo.InvariantCulture)!))];
}
