namespace StreamLearn.Learners.Examples;

/// <summary>What a row of an <see cref="ExampleBatch"/> is.</summary>
public enum ExampleKind : byte
{
    /// <summary>A record with a value to learn from.</summary>
    Example = 0,

    /// <summary>A record with a null value: the learner of its key is to be forgotten.</summary>
    Tombstone = 1,

    /// <summary>A copy of a record that has come before: it is passed over.</summary>
    Repeat = 2,

    /// <summary>An average of replicas (<see cref="Averaging.ReplicaAverage"/>), in the payload: the learner of the key takes it in.</summary>
    Average = 3,

    /// <summary>A word of an operator (<see cref="Control.ControlRecord"/>), in the payload: to the fleet, about the key or all keys.</summary>
    Control = 4,
}
