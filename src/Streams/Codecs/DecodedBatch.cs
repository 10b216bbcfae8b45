using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Codecs;

/// <summary>The examples of a batch of records, and the records that are none.</summary>
/// <param name="Records">The records.</param>
/// <param name="Examples">Their examples, in order.</param>
/// <param name="Rows">For each example the row of its record.</param>
/// <param name="TimeForms">For each example how its time was written.</param>
/// <param name="DeadLetters">The records that are no examples, in order.</param>
/// <param name="KeyMismatches">Records whose message key is not the key of their example, or that have none.</param>
public sealed record DecodedBatch(
    RecordBatch Records, ExampleBatch Examples, int[] Rows, TimeUnit[] TimeForms, DeadLetter[] DeadLetters, int KeyMismatches);
