using System.Text;
using StreamLearn.Learners.Supervised;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Supervised;
using StreamLearn.Streams.Records;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs.Supervised;

/// <summary>Schemas for tests, and records copied out of batches.</summary>
internal static class Examples
{
    /// <summary>Two features and a class.</summary>
    internal static readonly FeaturesSchema Classify = Fit(new FeaturesSchema { Task = new SupervisedTask { Name = SupervisedTask.Classify, LabelsComeApart = false }, Features = ["x", "y"] });

    /// <summary>Two features and a number.</summary>
    internal static readonly FeaturesSchema Regress = Fit(Classify with { Task = Classify.Task with { Name = SupervisedTask.Regress } });

    /// <summary>The same classes in lines of CSV.</summary>
    internal static readonly FeaturesSchema Csv = Classify with { Format = "csv", Columns = ["key", "id", "time", "x", "y", "label"] };

    /// <summary>Classes that come after their features.</summary>
    internal static readonly LabelsSchema Labels = new() { Task = Classify.Task };

    internal static FeaturesSchema Fit(FeaturesSchema schema) => schema with { Task = schema.Fit(schema.Task).Validate() };

    /// <summary>The only record of a batch, which must be accepted: its kind, key, id, features and label.</summary>
    internal static string Seen(SupervisedSchema schema, RecordBatch records)
    {
        var decoded = schema.CreateDecoder().Decode(records);
        Assert.Empty(decoded.DeadLetters);
        Assert.Equal(1, decoded.Examples.Count);
        Assert.True(SupervisedRecord.TryRead(decoded.Examples.Payload(0), schema.Task.IsClassification, out var record));
        var label = !record.HasLabel ? "-" : schema.Task.IsClassification ? Encoding.UTF8.GetString(record.Label) : FormattableString.Invariant($"{record.Target:R}");
        var features = string.Join(' ', record.Features.ToArray().Select(feature => FormattableString.Invariant($"{feature:R}")));
        return FormattableString.Invariant(
            $"{record.Kind} {decoded.Key()} '{Encoding.UTF8.GetString(record.Id)}' at {decoded.Examples.Times[0]} [{features}] {label}");
    }

    internal static string Seen(SupervisedSchema schema, string value) => Seen(schema, BatchOf.Values(value));

    /// <summary>The reason and field of a single record that must be refused.</summary>
    internal static (string Reason, string Field) Refusal(SupervisedSchema schema, string value)
    {
        var decoded = schema.CreateDecoder().Decode(BatchOf.Values(value));
        Assert.Equal(0, decoded.Examples.Count);
        var letter = Assert.Single(decoded.DeadLetters);
        return (letter.Reason, letter.Field);
    }
}
