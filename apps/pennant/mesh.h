// Regions and partitions, and launches over them.
#pragma once
#include <initializer_list>
#include <utility>
#include <vector>

#include "apps/common/launch.h"
#include "apps/pennant/tasks.h"

namespace groma::pennant {

using Fields = std::vector<Legion::FieldID>;

/// Colors of rp_all_p: rp_all_private and rp_all_ghost.
enum PointColor : Legion::Color { kPrivatePoints, kGhostPoints };

struct Mesh {
  Legion::IndexSpace pieces;
  Legion::LogicalRegion rz_all, rp_all, rp_all_private, rp_all_ghost, rs_all;
  Legion::LogicalPartition rz_all_p, rp_all_p, rp_all_private_p, rp_all_ghost_p, rp_all_shared_p,
      rs_all_p;
};

Mesh BuildMesh(Legion::Context context, Legion::Runtime* runtime, const Options& options);

// All fields of a region.
Fields AllZoneFields();
Fields AllPointFields();
Fields AllSideFields();

/// Both components of vectors, then numbers.
Fields FieldsOf(std::initializer_list<Legion::FieldID> vectors,
                std::initializer_list<Legion::FieldID> numbers = {});

/// The pointers of sides by which a task gets to zones and points.
enum class Pointers { kFirst, kBoth };  // to the points where sides begin; where they end, too
/// With `more` of the sides' fields.
Fields WithPointers(Pointers pointers, const Fields& more);

/// An index launch over the pieces. Requirements are added in order.
class Launch {
 public:
  Launch(const Mesh& mesh, TaskId task)
      : mesh_(mesh),
        launch_(Legion::IndexTaskLauncher(task, mesh.pieces, Legion::UntypedBuffer(),
                                          Legion::ArgumentMap())) {}

  Launch& Zones(Legion::PrivilegeMode mode, const Fields& fields) {
    return Uses(mesh_.rz_all_p, mode, mesh_.rz_all, fields);
  }
  Launch& Private(Legion::PrivilegeMode mode, const Fields& fields) {
    return Uses(mesh_.rp_all_private_p, mode, mesh_.rp_all, fields);
  }
  Launch& Ghost(Legion::PrivilegeMode mode, const Fields& fields) {
    return Uses(mesh_.rp_all_ghost_p, mode, mesh_.rp_all, fields);
  }
  Launch& Shared(Legion::PrivilegeMode mode, const Fields& fields) {
    return Uses(mesh_.rp_all_shared_p, mode, mesh_.rp_all, fields);
  }
  Launch& Sides(Legion::PrivilegeMode mode, const Fields& fields) {
    return Uses(mesh_.rs_all_p, mode, mesh_.rs_all, fields);
  }
  /// Of private points or of shared ones.
  Launch& Points(bool shared, Legion::PrivilegeMode mode, const Fields& fields) {
    return shared ? Shared(mode, fields) : Private(mode, fields);
  }
  Launch& SumsIntoGhost(const Fields& fields) {
    launch_.Reduces(mesh_.rp_all_ghost_p, LEGION_REDOP_SUM_FLOAT64, mesh_.rp_all, fields);
    return *this;
  }
  Launch& Reads(const Legion::Future& future) {
    launch_.launcher().add_future(future);
    return *this;
  }
  Legion::IndexTaskLauncher& launcher() { return launch_.launcher(); }

 private:
  Launch& Uses(Legion::LogicalPartition partition, Legion::PrivilegeMode mode,
               Legion::LogicalRegion parent, const Fields& fields) {
    launch_.Uses(partition, mode, parent, fields);
    return *this;
  }

  const Mesh& mesh_;
  apps::Launch<Legion::IndexTaskLauncher> launch_;
};

/// Launches calc_centers_full and calc_volumes_full. Returns how many sides are turned inside out.
Legion::Future LaunchGeometry(Legion::Context context, Legion::Runtime* runtime, const Mesh& mesh);

/// Launches what a cycle does but for calc_global_dt. `clock` is the cycle's. Returns the largest
/// next time step that zones allow.
Legion::Future RunCycle(Legion::Context context, Legion::Runtime* runtime, const Mesh& mesh,
                        const Legion::Future& clock);

}  // namespace groma::pennant
