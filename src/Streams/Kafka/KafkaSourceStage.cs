using Akka.Event;
using Akka.Streams;
using Akka.Streams.Stage;

namespace StreamLearn.Streams.Kafka;

/// <summary>Brings the events of a <see cref="KafkaPoller"/> into a stream.</summary>
internal sealed class KafkaSourceStage(KafkaSettings settings, string topic, string group, StartOffset start, LostRecords lostRecords)
    : GraphStageWithMaterializedValue<SourceShape<PartitionEvent>, KafkaSourceControl>
{
    private readonly Outlet<PartitionEvent> _out = new("KafkaSource.out");

    public override SourceShape<PartitionEvent> Shape => new(_out);

    public override ILogicAndMaterializedValue<KafkaSourceControl> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this);
        return new LogicAndMaterializedValue<KafkaSourceControl>(logic, new KafkaSourceControl(logic.Poller.Stop));
    }

    private KafkaPoller CreatePoller() => new(settings, topic, group, start, lostRecords);

    private sealed class Logic : GraphStageLogic
    {
        // Assignments are few; what they carry is bounded by the partitions' buffers.
        private readonly Queue<PartitionEvent> _waiting = new();
        private readonly Outlet<PartitionEvent> _out;
        private bool _ended;

        internal Logic(KafkaSourceStage stage)
            : base(stage.Shape)
        {
            _out = stage._out;
            Poller = stage.CreatePoller();
            SetHandler(_out, onPull: Deliver, onDownstreamFinish: _ => CompleteStage());
        }

        internal KafkaPoller Poller { get; }

        public override void PreStart()
        {
            var onEvent = GetAsyncCallback<PartitionEvent>(partitionEvent =>
            {
                _waiting.Enqueue(partitionEvent);
                Deliver();
            });
            var onEnd = GetAsyncCallback<Exception?>(failure =>
            {
                if (failure is not null)
                {
                    FailStage(failure);
                }

                _ended = true;
                Deliver();
            });
            var log = Log;
            Poller.Start(onEvent, onEnd, message => log.Warning("{0}", message));
        }

        public override void PostStop()
        {
            Poller.Stop();
            foreach (var assigned in _waiting.OfType<PartitionAssigned>())
            {
                // Nobody has got it who could release it.
                assigned.Control.Release();
            }
        }

        private void Deliver()
        {
            if (_waiting.Count > 0 && IsAvailable(_out))
            {
                Push(_out, _waiting.Dequeue());
            }

            if (_ended && _waiting.Count == 0)
            {
                CompleteStage();
            }
        }
    }
}
