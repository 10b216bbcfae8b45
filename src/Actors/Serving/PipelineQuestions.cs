using Akka.Actor;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Actors.Serving;

/// <summary>Asks the buckets of a pipeline, wherever in the cluster they are, about keys and for predictions. Nothing changes by it. Thread-safe.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="buckets">The shard region of its buckets, or a proxy.</param>
public sealed class PipelineQuestions(PipelineDefinition pipeline, IActorRef buckets)
{
    // Buckets that are asked at a time for one request.
    private const int AtATime = 64;

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private readonly KeyPlaces _places = new(pipeline);

    /// <summary>What the pipeline would answer to records, each as if it were the next one of its key; or what it has answered last to one of its key.</summary>
    /// <param name="examples">The records; of what was answered last, their keys count alone.</param>
    /// <param name="anew">Whether it is about these records, and not about what was answered last.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>One for each record, in their order.</returns>
    /// <exception cref="BucketSilentException">A bucket does not answer.</exception>
    public async Task<IReadOnlyList<Foresight>> PredictAsync(ExampleBatch examples, bool anew, CancellationToken cancellation = default)
    {
        var answers = new Foresight[examples.Count];
        Array.Fill(answers, Foresight.UnknownKey);
        var rows = Enumerable.Range(0, examples.Count).ToList();
        var first = rows.Select(row => (Row: row, Partition: _places.FirstOf(examples.Key(row)))).ToList();
        await AskAsync([.. first.Where(place => place.Partition is not null).Select(place => (place.Row, place.Partition!.Value))]).ConfigureAwait(false);
        if (_places.MayBeElsewhere && rows.Where(row => answers[row].Status == ForesightStatus.UnknownKey).ToList() is { Count: > 0 } missing)
        {
            await AskAsync([.. missing.SelectMany(row => _places.All.Where(partition => partition != first[row].Partition).Select(partition => (row, partition)))])
                .ConfigureAwait(false);
        }

        return answers;

        async Task AskAsync(IReadOnlyList<(int Row, int Partition)> places)
        {
            var questions = new List<(Predict Question, int[] Rows)>();
            foreach (var partition in places.GroupBy(place => place.Partition, place => place.Row).OrderBy(partition => partition.Key))
            {
                int[] asked = [.. partition];
                new BucketChunker(pipeline.Buckets, pipeline.Chunks, pipeline.Plan, pipeline.ReplicaKey).Split(
                    BucketChunker.Gather(examples, asked),
                    (bucket, some, at) => questions.Add((new Predict(new BucketId(partition.Key, bucket), some, anew), Array.ConvertAll(at, row => asked[row]))));
            }

            var found = await EachAsync(questions, question => AskAsync<Predicted>(question.Question, cancellation), cancellation).ConfigureAwait(false);
            for (var i = 0; i < questions.Count; i++)
            {
                var (question, asked) = questions[i];
                for (var at = 0; at < asked.Length; at++)
                {
                    // A key in two partitions has two learners: the first of them answers.
                    if (answers[asked[at]].Status == ForesightStatus.UnknownKey && found[i].Answers[at] is { Status: not ForesightStatus.UnknownKey } answer)
                    {
                        answers[asked[at]] = answer;
                        _places.Remember(examples.Key(asked[at]), question.Bucket.Partition);
                    }
                }
            }
        }
    }

    /// <summary>How a key stands; null: there is no such key.</summary>
    /// <param name="key">The key, UTF-8. With replicas there is one, the pipeline's name.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="BucketSilentException">A bucket does not answer.</exception>
    public async Task<KeyDescribed?> KeyAsync(byte[] key, CancellationToken cancellation = default)
    {
        var bucket = BucketChunker.BucketOf(key, pipeline.Buckets);
        var first = _places.FirstOf(key);
        var found = first is { } place ? await AskAsync<KeyDescribed>(new GetKey(new BucketId(place, bucket), key), cancellation).ConfigureAwait(false) : null;
        if (found?.Report is null && _places.MayBeElsewhere)
        {
            var others = await EachAsync(
                [.. _places.All.Where(partition => partition != first)],
                partition => AskAsync<KeyDescribed>(new GetKey(new BucketId(partition, bucket), key), cancellation), cancellation).ConfigureAwait(false);
            found = others.FirstOrDefault(other => other.Report is not null);
        }

        if (found?.Report is null)
        {
            return null;
        }

        _places.Remember(key, found.Bucket.Partition);
        return found;
    }

    /// <summary>In which partition a key is known to be; null: nowhere yet.</summary>
    /// <exception cref="BucketSilentException">A bucket does not answer.</exception>
    public async Task<int?> PartitionOfAsync(byte[] key, CancellationToken cancellation = default)
    {
        if (_places.FirstOf(key) is null)
        {
            await PredictAsync(KeyBatch([key]), anew: false, cancellation).ConfigureAwait(false);
        }

        return _places.FirstOf(key);
    }

    /// <summary>Some of the keys.</summary>
    /// <param name="skip">Keys to pass over.</param>
    /// <param name="take">Keys at most.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="BucketSilentException">A bucket does not answer.</exception>
    public async Task<KeyPage> KeysAsync(long skip, int take, CancellationToken cancellation = default)
    {
        BucketId[] all = [.. _places.All.SelectMany(partition => Enumerable.Range(0, pipeline.Buckets).Select(bucket => new BucketId(partition, bucket)))];
        var totals = await EachAsync(all, bucket => AskAsync<BucketKeys>(new GetBucketKeys(bucket, 0, 0), cancellation), cancellation).ConfigureAwait(false);
        var keys = new List<(BucketId Bucket, KeyGlance Key)>();
        foreach (var (bucket, total) in all.Zip(totals, (bucket, keys) => (bucket, keys.TotalKeys)))
        {
            var at = skip;
            skip = Math.Max(0, skip - total);
            while (keys.Count < take && at < total)
            {
                var some = await AskAsync<BucketKeys>(new GetBucketKeys(bucket, (int)at, take - keys.Count), cancellation).ConfigureAwait(false);
                if (some.Keys.Count == 0)
                {
                    // It has fewer by now.
                    break;
                }

                keys.AddRange(some.Keys.Select(key => (bucket, key)));
                at += some.Keys.Count;
            }
        }

        return new KeyPage(totals.Sum(total => (long)total.TotalKeys), keys);
    }

    /// <summary>Records of which only the keys count.</summary>
    /// <param name="keys">The keys, UTF-8.</param>
    public static ExampleBatch KeyBatch(IReadOnlyList<byte[]> keys)
    {
        var end = 0;
        return new ExampleBatch(
            [.. Enumerable.Range(0, keys.Count)], new long[keys.Count], new ExampleKind[keys.Count], [.. keys.SelectMany(key => key)],
            [.. keys.Select(key => end += key.Length)], [], 0);
    }

    private async Task<TAnswer> AskAsync<TAnswer>(IBucketQuestion question, CancellationToken cancellation)
        where TAnswer : IBucketMessage
    {
        try
        {
            return await buckets.Ask<IBucketMessage>(question, AnswerTimeout, cancellation).ConfigureAwait(false) switch
            {
                TAnswer answer => answer,
                PredictionRefused refused => throw new BucketSilentException(
                    $"Bucket {question.Bucket.EntityId} of pipeline {pipeline.Name} cannot answer: {refused.Reason.TrimEnd('.')}."),
                var other => throw new BucketSilentException($"Bucket {question.Bucket.EntityId} of pipeline {pipeline.Name} answers with {other.GetType().Name}."),
            };
        }
        catch (AskTimeoutException)
        {
            throw new BucketSilentException(
                $"Bucket {question.Bucket.EntityId} of pipeline {pipeline.Name} has not answered for {AnswerTimeout.TotalSeconds:0} s: it is moving to another node, busy, "
                + "or waits for the checkpoint store.");
        }
    }

    private static async Task<IReadOnlyList<TAnswer>> EachAsync<TQuestion, TAnswer>(
        IReadOnlyList<TQuestion> questions, Func<TQuestion, Task<TAnswer>> ask, CancellationToken cancellation)
    {
        if (questions.Count == 1)
        {
            return [await ask(questions[0]).ConfigureAwait(false)];
        }

        var answers = new TAnswer[questions.Count];
        await Parallel.ForAsync(
            0, questions.Count, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellation },
            async (i, _) => answers[i] = await ask(questions[i]).ConfigureAwait(false)).ConfigureAwait(false);
        return answers;
    }
}
