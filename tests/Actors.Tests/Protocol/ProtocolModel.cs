using System.Globalization;
using System.Text;
using StreamLearn.Actors.Protocol;

namespace StreamLearn.Actors.Tests.Protocol;

/// <summary>
/// A log, the ingest of its partition, and buckets, with a network between them that keeps the order between two of them only, and faults. Every step checks that
/// the buckets have applied exactly their records up to their last offset, each once and in order.
/// </summary>
/// <param name="log">For each offset the bucket of its record.</param>
/// <param name="buckets">Number of buckets.</param>
/// <param name="window">Chunks in flight, at most.</param>
/// <param name="mostInChunk">Records in a chunk, at most.</param>
/// <param name="faults">Faults that may happen.</param>
internal sealed class ProtocolModel(IReadOnlyList<int> log, int buckets, int window, int mostInChunk, ModelFaults faults)
{
    private const int MostRead = 4;

    private readonly List<long>[] _applied = [.. Enumerable.Range(0, buckets).Select(_ => new List<long>())];
    private readonly long[] _lastApplied = [.. Enumerable.Repeat(IngestProtocol.Nothing, buckets)];
    private readonly List<ModelMessage> _network = [];
    private readonly List<ModelMessage> _inFlight = [];
    private readonly Queue<(int Bucket, long First, long Last)> _waiting = new();
    private IngestProtocol _protocol = new(buckets);
    private ModelFaults _left = faults;
    private int _owner;

    /// <summary>Whether everything is read and answered.</summary>
    internal bool IsDone => Position == log.Count && _inFlight.Count == 0 && _waiting.Count == 0;

    /// <summary>Offset of the record that is read next.</summary>
    internal long Position { get; private set; }

    /// <summary>Records applied by all buckets.</summary>
    internal int Applied => _applied.Sum(records => records.Count);

    /// <summary>What can happen now.</summary>
    internal IEnumerable<ModelEvent> Possible()
    {
        for (var records = 1; records <= MostRead && Position + records <= log.Count && _waiting.Count == 0 && _protocol.Window < window; records++)
        {
            yield return new ModelEvent(ModelEventKind.Read, records);
        }

        for (var i = 0; i < _inFlight.Count; i++)
        {
            // The time-out is longer than the network's delay; what comes twice all the same is a fault, DeliverAndKeep.
            var (bucket, epoch) = (_inFlight[i].Bucket, _inFlight[i].Epoch);
            if (!_network.Exists(message => message.Ingest == _owner && message.Bucket == bucket && message.Epoch == epoch))
            {
                yield return new ModelEvent(ModelEventKind.Resend, i);
            }
        }

        for (var i = 0; i < _network.Count; i++)
        {
            if (_network.FindIndex(message => Channel(message) == Channel(_network[i])) < i)
            {
                continue;
            }

            yield return new ModelEvent(ModelEventKind.Deliver, i);
            if (_left.Repeats > 0)
            {
                yield return new ModelEvent(ModelEventKind.DeliverAndKeep, i);
            }

            if (_left.Losses > 0)
            {
                yield return new ModelEvent(ModelEventKind.Lose, i);
            }
        }

        for (var bucket = 0; bucket < buckets && _left.Crashes > 0; bucket++)
        {
            if (_lastApplied[bucket] != IngestProtocol.Nothing)
            {
                yield return new ModelEvent(ModelEventKind.Crash, bucket);
            }
        }

        if (_left.NewOwners > 0 && Position > 0)
        {
            yield return new ModelEvent(ModelEventKind.NewOwner);
        }
    }

    /// <summary>Lets it happen, and checks the buckets.</summary>
    internal void Do(ModelEvent happening)
    {
        switch (happening.Kind)
        {
            case ModelEventKind.Read:
                Read(happening.Subject);
                break;
            case ModelEventKind.Resend:
                Put(_inFlight[happening.Subject]);
                break;
            case ModelEventKind.Deliver:
                Deliver(Take(happening.Subject));
                break;
            case ModelEventKind.DeliverAndKeep:
                _left = _left with { Repeats = _left.Repeats - 1 };
                Deliver(_network[happening.Subject]);
                break;
            case ModelEventKind.Lose:
                _left = _left with { Losses = _left.Losses - 1 };
                Take(happening.Subject);
                break;
            case ModelEventKind.Crash:
                _left = _left with { Crashes = _left.Crashes - 1 };
                _applied[happening.Subject].Clear();
                _lastApplied[happening.Subject] = IngestProtocol.Nothing;
                break;
            case ModelEventKind.NewOwner:
                // The chunks of the one before stay under way, and it no longer hears the answers.
                _left = _left with { NewOwners = _left.NewOwners - 1 };
                _owner++;
                _protocol = new IngestProtocol(buckets);
                Position = 0;
                _inFlight.Clear();
                _waiting.Clear();
                break;
        }

        Send();

        Check(happening);
    }

    /// <summary>Everything that decides what can happen from here on.</summary>
    internal string Fingerprint()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_owner} {_protocol.Epoch} {Position} {_protocol.Window} {_left} ");
        text.AppendJoin(',', _lastApplied).Append(' ').AppendJoin(',', _inFlight).Append(' ');
        text.AppendJoin(',', _network.OrderBy(Channel));
        text.Append(' ').AppendJoin(',', _waiting);
        return text.ToString();
    }

    /// <summary>Cuts records into chunks, bucket by bucket, as the ingest does.</summary>
    private void Read(int records)
    {
        var end = Position + records;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            foreach (var chunk in OffsetsOf(bucket, Position - 1, end - 1).Chunk(mostInChunk))
            {
                _waiting.Enqueue((bucket, chunk[0], chunk[^1]));
            }
        }

        Position = end;
    }

    private void Send()
    {
        while (_waiting.Count > 0 && _protocol.Window < window)
        {
            var (bucket, first, last) = _waiting.Dequeue();
            var previous = _protocol.Send(bucket, first, last);
            var chunk = new ModelMessage(ModelMessageKind.Chunk, _owner, bucket, _protocol.Epoch, previous, first, last);
            _inFlight.Add(chunk);
            Put(chunk);
        }
    }

    private void Deliver(ModelMessage message)
    {
        if (message.Kind == ModelMessageKind.Chunk)
        {
            var answer = Receive(message);
            if (answer.Ingest == _owner)
            {
                Put(answer);
            }
        }
        else if (message.Ingest == _owner)
        {
            if (message.Kind == ModelMessageKind.Ack && _protocol.Acknowledge(message.Bucket, message.Epoch, message.Last))
            {
                _inFlight.RemoveAll(chunk => chunk.Bucket == message.Bucket && chunk.Last == message.Last);
            }
            else if (message.Kind == ModelMessageKind.Rewind && _protocol.Rewind(
                message.Epoch, message.Previous, out var seekTo, _waiting.Select(chunk => chunk.First).DefaultIfEmpty(long.MaxValue).Min()))
            {
                _waiting.Clear();
                _inFlight.Clear();
                Position = seekTo;
            }
        }
    }

    /// <summary>The bucket's side.</summary>
    private ModelMessage Receive(ModelMessage chunk)
    {
        var bucket = chunk.Bucket;
        var offsets = OffsetsOf(bucket, chunk.Previous, chunk.Last).Where(offset => offset >= chunk.First).ToArray();
        var decision = BucketProtocol.Decide(_lastApplied[bucket], chunk.Previous, chunk.Last, offsets);
        if (decision.Verdict == BucketVerdict.Rewind)
        {
            return chunk with { Kind = ModelMessageKind.Rewind, Previous = _lastApplied[bucket], First = 0, Last = 0 };
        }

        _applied[bucket].AddRange(offsets[decision.FirstRow..]);
        if (decision.Verdict == BucketVerdict.Apply)
        {
            _lastApplied[bucket] = chunk.Last;
        }

        return chunk with { Kind = ModelMessageKind.Ack, Previous = 0, First = 0 };
    }

    private IEnumerable<long> OffsetsOf(int bucket, long above, long upTo)
    {
        for (var offset = above + 1; offset <= upTo; offset++)
        {
            if (log[(int)offset] == bucket)
            {
                yield return offset;
            }
        }
    }

    /// <summary>Who tells whom: within it messages keep their order.</summary>
    private static (bool, int, int) Channel(ModelMessage message) => (message.Kind == ModelMessageKind.Chunk, message.Ingest, message.Bucket);

    private void Put(ModelMessage message)
    {
        if (!_network.Contains(message))
        {
            _network.Add(message);
        }
    }

    private ModelMessage Take(int place)
    {
        var message = _network[place];
        _network.RemoveAt(place);
        return message;
    }

    private void Check(ModelEvent happening)
    {
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var expected = OffsetsOf(bucket, IngestProtocol.Nothing, _lastApplied[bucket]);
            Assert.True(
                expected.SequenceEqual(_applied[bucket]),
                $"After {happening}: bucket {bucket} is at {_lastApplied[bucket]} and has applied [{string.Join(", ", _applied[bucket])}]; "
                + $"expected [{string.Join(", ", expected)}].");
        }
    }
}
