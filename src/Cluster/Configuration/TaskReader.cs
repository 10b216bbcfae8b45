using StreamLearn.Learners.Averaging;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads what a pipeline has of its task.</summary>
/// <param name="root">The block <c>streamlearn</c>.</param>
/// <param name="pipeline">The pipeline's block, over its defaults.</param>
/// <param name="name">The pipeline's name.</param>
/// <param name="learners">Its learners, and what all plans have.</param>
/// <param name="replicas">How replicas of its one model are averaged; null: each key has a model.</param>
internal delegate TaskParts TaskReader(ConfigNode root, ConfigNode pipeline, string name, LearnerOptions learners, ReplicaOptions? replicas);
